"use client";

import { useState } from "react";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { sayFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { budgetWords } from "../../../model/budget-words";
import type { OverBudget } from "../../../model/states";
import { trpc } from "../../../trpc/react";

const MINUTE_MS = 60_000;

/** What a person may raise: the name of the field, its unit, and numbers in that unit. */
const KINDS = {
  tokens: { label: "Tokens in all", of: 1, field: "tokens" },
  cost: { label: "Cost in all", of: 1, field: "cost" },
  time: { label: "Minutes at work in all", of: MINUTE_MS, field: "time_ms" },
} as const;

/** Raises the budget of a run for this one time, and lets it go on. */
export function RaiseBudgetDialog({
  run,
  over,
  open,
  onOpenChange,
  onDone,
}: {
  run: { id: string; name: string };
  over: OverBudget;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone: (() => void) | undefined;
}) {
  const utils = trpc.useUtils();
  const { label, of, field } = KINDS[over.kind];
  // As much again as it was given, and more than it has used.
  const [text, setText] = useState(() =>
    String(Math.ceil((over.limit + Math.max(over.used, over.limit)) / of)),
  );
  const amount = Number(text) * of;
  const isMore = Number.isFinite(amount) && amount > over.used;
  const resume = trpc.runs.resume.useMutation({
    onSuccess: async () => {
      onOpenChange(false);
      await Promise.all([utils.runs.invalidate(), utils.inbox.invalidate()]);
      onDone?.();
    },
  });
  const raise = () => {
    const budget = { [field]: over.kind === "cost" ? amount : Math.round(amount) };
    if (isMore && !resume.isPending) resume.mutate({ id: run.id, budget });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      width="sm"
      title="Raise the budget of this run"
      description={`${run.name} has used ${budgetWords(over)}. Other runs keep their budget.`}
      footer={
        <>
          <Button variant="ghost" onClick={() => onOpenChange(false)}>
            Leave it paused
          </Button>
          <Button variant="primary" busy={resume.isPending} disabled={!isMore} onClick={raise}>
            Raise and resume
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          raise();
        }}
      >
        <TextField
          label={over.currency ? `${label}, in ${over.currency}` : label}
          inputMode="decimal"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={isMore ? null : "More than it has used, as a number."}
        />
      </form>
      <FormError message={resume.error ? sayFault(resume.error) : null} />
    </Dialog>
  );
}
