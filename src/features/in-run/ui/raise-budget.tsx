"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "../../../components/button";
import { useEver } from "../../../components/use-ever";
import type { OverBudget } from "../../../model/states";

const RaiseBudgetDialog = dynamic(() =>
  import("./raise-budget-dialog").then((part) => part.RaiseBudgetDialog),
);

/** The button that raises the budget of a run for this one time, and lets it go on. */
export function RaiseBudget({
  run,
  over,
  onDone,
}: {
  run: { id: string; name: string };
  over: OverBudget;
  onDone?: () => void;
}) {
  const [open, setOpen] = useState(false);
  const withDialog = useEver(open);
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        Raise the budget…
      </Button>
      {withDialog ? (
        <RaiseBudgetDialog run={run} over={over} open={open} onOpenChange={setOpen} onDone={onDone} />
      ) : null}
    </>
  );
}
