import type { ProjectScope } from "../auth/scope";
import type { Tx } from "../db/client";
import { emit, wakeAfter } from "../events/emit";
import { type Entry, type StartedEntry, statusOf } from "../model/entry";
import type { StepStatus } from "../model/states";
import { goesBack } from "./apply";

/** Emits the events of entries in order. `phase` is the run's phase before them; gives the phase after them. */
export function tell(
  tx: Tx,
  scope: ProjectScope,
  execution_id: string,
  entries: Entry[],
  phase: string | null,
): string | null {
  let current_phase = phase;
  for (const entry of entries) {
    if (goesBack(entry)) current_phase = null;
    if (entry.kind === "started" && entry.phase !== current_phase) {
      current_phase = entry.phase;
      emit(tx, scope, "workflow.execution.phase_changed", { execution_id, current_phase });
    }
    tellOne(tx, scope, execution_id, entry);
  }
  return current_phase;
}

function tellOne(tx: Tx, scope: ProjectScope, execution_id: string, entry: Entry): void {
  switch (entry.kind) {
    case "started":
      tellStart(tx, scope, execution_id, entry);
      break;
    case "ended":
      tellStepEnd(
        tx,
        scope,
        execution_id,
        entry.step_id,
        entry.again_after_ms === null ? entry.status : "pending",
      );
      if (entry.attempt_id !== null) wakeAfter(tx, { channel: "logs", id: entry.attempt_id });
      break;
    case "skipped":
      tellStepEnd(tx, scope, execution_id, entry.step_id, "skipped");
      break;
    case "stalled": {
      const { step_id, stalled } = entry;
      emit(tx, scope, "workflow.step.stalled", { execution_id, step_id, stalled });
      break;
    }
    case "used":
      // Too often for an event; readers see it in the session.
      break;
    case "decided":
      // The last decision ends the step, and that end has an event of its own.
      if (!entry.is_last) tellWait(tx, scope, execution_id, entry.step_id);
      break;
    case "base_merged":
      emit(tx, scope, "workflow.execution.updated", { execution_id });
      break;
    default: {
      const status = statusOf(entry);
      if (status) emit(tx, scope, "workflow.execution.status_changed", { execution_id, status });
    }
  }
}

function tellStart(
  tx: Tx,
  scope: ProjectScope,
  execution_id: string,
  { step_id, name: step_name, phase, wait }: StartedEntry,
): void {
  emit(tx, scope, "workflow.step.started", { execution_id, step_id, step_name, phase });
  if (wait?.for === "approval") tellWait(tx, scope, execution_id, step_id);
}

function tellStepEnd(
  tx: Tx,
  scope: ProjectScope,
  execution_id: string,
  step_id: string,
  status: StepStatus,
): void {
  emit(tx, scope, "workflow.step.completed", { execution_id, step_id, status });
}

function tellWait(tx: Tx, scope: ProjectScope, execution_id: string, step_id: string): void {
  emit(tx, scope, "workflow.step.waiting", { execution_id, step_id, for: "approval" });
}
