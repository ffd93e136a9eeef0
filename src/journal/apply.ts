import { type EndedEntry, type Entry, isStepEntry, type StartedEntry, statusOf } from "../model/entry";
import type { RunState, StepState } from "./run-state";

/** Whether steps that have ended are pending again after the entry. */
export const goesBack = (entry: Entry) => entry.kind === "retried" || entry.kind === "reworked";

/** The state of the rows once these entries are projected. `now`: milliseconds of this process's clock. */
export function apply(state: RunState, entries: Entry[], now: number): RunState {
  return entries.reduce((before, entry) => applyOne(before, entry, now), state);
}

function applyOne(state: RunState, entry: Entry, now: number): RunState {
  if (!isStepEntry(entry)) {
    const current_phase = goesBack(entry) ? null : state.current_phase;
    const snapshot = entry.kind === "base_merged" ? entry.snapshot : state.snapshot;
    return { ...state, status: statusOf(entry) ?? state.status, current_phase, snapshot };
  }
  const steps = state.steps.map((step) =>
    step.row_id === entry.row_id ? { ...step, ...ofStep(entry, step, now) } : step,
  );
  return {
    ...state,
    steps,
    ...(entry.kind === "started" ? { current_phase: entry.phase } : {}),
    ...(entry.kind === "ended" ? { snapshot: snapshotAfter(entry) ?? state.snapshot } : {}),
  };
}

/** The run's files after the end of an attempt; null where they stay what they were, as before another attempt. */
export const snapshotAfter = ({ files, again_after_ms }: EndedEntry): string | null =>
  again_after_ms === null ? (files?.after ?? null) : null;

function ofStep(entry: Extract<Entry, { row_id: string }>, step: StepState, now: number): Partial<StepState> {
  switch (entry.kind) {
    case "started":
      return started(entry, now);
    case "ended":
      return ended(entry, now);
    case "skipped":
      return { status: "skipped", ...NOT_RUNNING };
    case "stalled":
    case "used":
    case "decided":
      return step;
  }
}

const NOT_RUNNING = { running_attempt_id: null, waiting_for: null, wake_at: null };

const started = ({ number, tries, attempt_id, wait }: StartedEntry, now: number): Partial<StepState> => ({
  is_new: false,
  status: "running",
  attempt: number,
  tries: tries + 1,
  output: null,
  output_left: false,
  error_message: null,
  running_attempt_id: attempt_id,
  waiting_for: wait?.for ?? null,
  wake_at: wait ? now + wait.after_ms : null,
});

const ended = (
  { status, output, error_message, again_after_ms }: EndedEntry,
  now: number,
): Partial<StepState> => ({
  status: again_after_ms === null ? status : "pending",
  output,
  output_left: false,
  error_message,
  ended_at: now,
  ...NOT_RUNNING,
});
