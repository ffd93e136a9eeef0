"use client";

import { useEffect, useRef } from "react";
import { announce } from "../../../components/announcer";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import type { RunListItem } from "../../runs/schema";
import { RunDialogs } from "../../runs/ui/run-dialogs";
import { useRunActions } from "../../runs/ui/use-run-actions";
import type { Move } from "./moves";

/** Does what a card's move means, after asking where something is lost. Mounted for one move; `onDone` ends it. */
export function MoveRun({ run, move, onDone }: { run: RunListItem; move: Move; onDone: () => void }) {
  const actions = useRunActions(run);
  const assign = trpc.runs.update.useMutation({
    onError: (error) =>
      toast.failed(`${withNumber(run)} could not be assigned`, { description: error.message }),
  });
  const begun = useRef(false);
  const isAsked = move.kind === "retry" || move.kind === "cancel";
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each move
  useEffect(() => {
    if (begun.current || isAsked) return;
    begun.current = true;
    announce(`${withNumber(run)}: ${move.says}.`);
    if (move.kind === "pause") actions.pause();
    if (move.kind === "resume") actions.resume();
    if (move.kind === "acknowledge") actions.setAcknowledged(true);
    if (move.kind === "unacknowledge") actions.setAcknowledged(false);
    if (move.kind === "assign") assign.mutate({ id: run.id, assignee_id: move.assignee_id });
    if (move.kind === "refused")
      toast.failed(`${withNumber(run)} stays where it is`, { description: move.says });
    // The calls go on without this part of the page.
    onDone();
  }, []);
  if (move.kind === "cancel") {
    return <RunDialogs run={run} asking="cancel" onClose={onDone} actions={actions} />;
  }
  if (move.kind !== "retry") return null;
  const steps = move.again === 1 ? "1 step" : `${move.again} steps`;
  return (
    <ConfirmDialog
      open
      danger={false}
      onOpenChange={(open) => !open && onDone()}
      title={`Retry ${withNumber(run)} from ${move.from.name}?`}
      description={`${steps} from ${move.from.name} on ${move.again === 1 ? "is" : "are"} done again, and what ${move.again === 1 ? "it" : "they"} gave is replaced. The attempts so far stay in the history.`}
      confirmLabel={`Retry from ${move.from.name}`}
      keepLabel="Leave it"
      onConfirm={async () => {
        await actions.retry(move.from.step_id, "same");
        announce(`${withNumber(run)} is retried from ${move.from.name}.`);
      }}
    />
  );
}
