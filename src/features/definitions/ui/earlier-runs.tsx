"use client";

import { History } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { PickDialog } from "../../../components/pick-dialog";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import { displayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";

const SHOWN = 30;

/** Takes name and args from an earlier run of the definition. */
export function EarlierRuns({
  projectId,
  definitionId,
  onTake,
}: {
  projectId: string;
  definitionId: string;
  onTake: (run: { args: Record<string, unknown> }) => void;
}) {
  const utils = trpc.useUtils();
  const [open, setOpen] = useState(false);
  const runs = trpc.runs.list.useQuery(
    { project_id: projectId, workflow_definition_id: definitionId, limit: SHOWN },
    { enabled: open },
  );
  const items = runs.data?.items ?? [];
  const take = async (id: string) => {
    try {
      // Large args are only in the run itself.
      const args = items.find((run) => run.id === id)?.args ?? (await utils.runs.get.fetch({ id })).args;
      onTake({ args });
    } catch (error) {
      const description = error instanceof Error ? error.message : undefined;
      toast.failed("The run's args could not be read", { description });
    }
  };
  return (
    <>
      <Button variant="ghost" icon={History} className="-ml-2 self-start" onClick={() => setOpen(true)}>
        From an earlier run…
      </Button>
      {open ? (
        <PickDialog
          title="Take the args of this run"
          placeholder="Find a run"
          choices={items.map((run) => ({
            id: run.id,
            label: withNumber(run),
            hint: run.user_name,
            sign: <StatusIcon status={displayStatus(run.status)} decorative />,
            chosen: false,
          }))}
          empty={runs.isPending ? "Loading the runs…" : "No run of this definition is called that."}
          onPick={(id) => void take(id)}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
