"use client";

import dynamic from "next/dynamic";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { withNumber } from "../../in-run/ui/run-facts";
import type { WireRun, WireStep } from "../../in-run/ui/wire";
import type { RunEdit } from "./edit-run";
import type { RunActions } from "./use-run-actions";

export type Asking =
  | "cancel"
  | "delete"
  /** A new run with the same args, to be changed first. */
  | "again"
  /** From this step of the definition. */
  | { retry: string; revision: "same" | "newest" }
  /** What people say of it themselves. */
  | RunEdit
  | null;

const RunAgainDialog = dynamic(() => import("./run-again-dialog").then((part) => part.RunAgainDialog));
const RetryDialog = dynamic(() => import("./retry-dialog").then((part) => part.RetryDialog));
const EditRun = dynamic(() => import("./edit-run").then((part) => part.EditRun));

const EDITS: readonly string[] = ["rename", "labels", "assignee", "priority"] satisfies RunEdit[];
const isEdit = (asking: string): asking is RunEdit => EDITS.includes(asking);

type Lost = Pick<WireRun, "artifacts_count" | "comments_count"> & {
  steps: readonly Pick<WireStep, "name" | "status">[];
};

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Describes what cancelling a run ends. */
export function cancelWords({ steps }: Pick<Lost, "steps">): string {
  const inFlight = steps.filter((step) => step.status === "running").map((step) => step.name);
  const waiting = steps.filter((step) => step.status === "pending").length;
  const ends =
    inFlight.length > 0 ? `${inFlight.join(" and ")} ${inFlight.length === 1 ? "is" : "are"} stopped` : "";
  const skips =
    waiting > 0 ? `${plural(waiting, "step")} that ${waiting === 1 ? "waits is" : "wait are"} skipped` : "";
  const both = [ends, skips].filter(Boolean).join(", and ");
  const done = steps.some((step) => step.status === "completed")
    ? " What has been done stays; it can be retried from any step."
    : "";
  return `${both === "" ? "The run ends here" : both.charAt(0).toUpperCase() + both.slice(1)}.${done}`;
}

/** Describes what deleting a run loses. */
export function deleteWords({ steps, artifacts_count, comments_count }: Lost): string {
  const lost = [
    `the logs of ${plural(steps.length, "step")}`,
    ...(artifacts_count > 0 ? [plural(artifacts_count, "artifact")] : []),
    ...(comments_count > 0 ? [plural(comments_count, "comment")] : []),
  ];
  const listed = lost.length > 1 ? `${lost.slice(0, -1).join(", ")} and ${lost.at(-1)}` : lost[0];
  return `The run, ${listed} are gone for good.`;
}

/** The dialogs of a run: before it is cancelled, deleted, retried or made again, and for what people say of it. */
export function RunDialogs({
  run,
  asking,
  onClose,
  actions,
  onCancelled,
  onDeleted,
}: {
  run: Lost &
    Pick<
      WireRun,
      | "id"
      | "name"
      | "number"
      | "workflow_definition_id"
      | "labels"
      | "assignee_id"
      | "assignee_name"
      | "priority"
    > & { args: WireRun["args"] | null };
  asking: Asking;
  onClose: () => void;
  actions: RunActions;
  onCancelled?: () => void;
  onDeleted?: () => void;
}) {
  return (
    <>
      <ConfirmDialog
        open={asking === "cancel"}
        onOpenChange={(open) => !open && onClose()}
        title={`Cancel ${withNumber(run)}?`}
        description={cancelWords(run)}
        confirmLabel="Cancel the run"
        onConfirm={async () => {
          await actions.cancel();
          onCancelled?.();
        }}
      />
      <ConfirmDialog
        open={asking === "delete"}
        onOpenChange={(open) => !open && onClose()}
        title={`Delete ${withNumber(run)}?`}
        description={deleteWords(run)}
        confirmLabel="Delete the run"
        onConfirm={async () => {
          await actions.remove();
          onDeleted?.();
        }}
      />
      {asking === "again" ? <RunAgainDialog run={run} onClose={onClose} /> : null}
      {typeof asking === "object" && asking !== null ? (
        <RetryDialog run={run} asking={asking} actions={actions} onClose={onClose} />
      ) : null}
      {typeof asking === "string" && isEdit(asking) ? (
        <EditRun run={run} edit={asking} onClose={onClose} />
      ) : null}
    </>
  );
}
