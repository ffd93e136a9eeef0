import type { RunStatus, StepStatus } from "./states";

/** The types of events by which the states of runs and steps are known. */
export const STATE_EVENTS = [
  "workflow.execution.created",
  "workflow.execution.status_changed",
  "workflow.execution.phase_changed",
  "workflow.step.started",
  "workflow.step.completed",
  "workflow.step.waiting",
  "workflow.step.stalled",
] as const;
export type StateEventType = (typeof STATE_EVENTS)[number];

/** An event of a run, with what its data says of states. */
export interface StateEvent {
  /** Its number in the project. */
  id: number;
  at: string;
  type: StateEventType;
  /** Of the run, or of a step that ended. */
  status: string | null;
  /** The step's id in the definition. */
  step_id: string | null;
  phase: string | null;
  stalled: boolean | null;
}

/** A run's row, and those of its steps in their order, as they are now. */
export interface StatesNow {
  status: RunStatus;
  current_phase: string | null;
  steps: readonly { step_id: string; status: StepStatus; attempt: number }[];
}

export interface StepMoment {
  status: StepStatus;
  /** Number of its newest attempt then; 0 before the first. */
  attempt: number;
  needs_person: boolean;
  stalled: boolean;
  /** When that began, by the event; null where no event that is kept says it. */
  since: string | null;
}

export interface RunMoment {
  status: RunStatus;
  current_phase: string | null;
  /** In the order of the rows. */
  steps: StepMoment[];
}

/**
 * The states of a run and its steps right behind the event with this number, from the run's events; null where the run
 * was not there yet. Events that are kept no more are made good by those that follow (what ends was running before) and
 * by the rows (what nothing is told of is as it was).
 */
export function stateAt(events: readonly StateEvent[], id: number, now: StatesNow): RunMoment | null {
  const before = events.filter((event) => event.id <= id);
  const after = events.filter((event) => event.id > id);
  if (after[0]?.type === "workflow.execution.created") return null;
  const status = runStatusAt(before, after, now);
  const back = before.findLast(goesBack);
  const from = back ? firstAgain(events, back, now) : null;
  const ended = status === "completed" || status === "failed" || status === "cancelled";
  const steps = now.steps.map((row, place): StepMoment => {
    const own = (event: StateEvent) => event.step_id === row.step_id;
    const last = before.findLast(own);
    const next = after.find(own);
    const started = after.filter((event) => own(event) && event.type === "workflow.step.started").length;
    const known = { attempt: Math.max(0, row.attempt - started), needs_person: false, stalled: false };
    if (back && (!last || last.id < back.id) && (from === null ? row.status === "pending" : place >= from)) {
      return { ...known, status: "pending", since: back.at };
    }
    if (!last) return { ...known, status: next ? statusBefore(next) : row.status, since: null };
    const isUnderWay = last.type !== "workflow.step.completed";
    // A run that ends takes along what was under way, and tells only of the run.
    if (isUnderWay && ended) {
      const left = row.status === "running" || row.status === "pending" ? "failed" : row.status;
      return { ...known, status: next ? "failed" : left, since: last.at };
    }
    return {
      ...known,
      status: isUnderWay ? "running" : (last.status as StepStatus),
      needs_person: last.type === "workflow.step.waiting",
      stalled: last.type === "workflow.step.stalled" && last.stalled === true,
      since: last.at,
    };
  });
  const phase = before.findLast(
    (event) => event.type === "workflow.execution.phase_changed" || goesBack(event),
  );
  const current_phase = phase
    ? phase.phase
    : after.some(({ type }) => type.endsWith("phase_changed"))
      ? null
      : now.current_phase;
  return { status, current_phase, steps };
}

/** A retry: the run is pending again, and steps that had ended are. */
const goesBack = ({ type, status }: StateEvent) =>
  type === "workflow.execution.status_changed" && status === "pending";

const tellsStatus = ({ type }: StateEvent) =>
  type === "workflow.execution.created" || type === "workflow.execution.status_changed";

function runStatusAt(before: StateEvent[], after: StateEvent[], now: StatesNow): RunStatus {
  const last = before.findLast(tellsStatus);
  if (last) return (last.status ?? "pending") as RunStatus;
  const next = after.find(tellsStatus);
  if (!next) return now.status;
  if (next.status === "running") return "pending";
  return next.status === "pending" ? "failed" : "running";
}

/** What a step was ahead of its first event that is kept. */
function statusBefore({ type, status }: StateEvent): StepStatus {
  return type === "workflow.step.started" || status === "skipped" ? "pending" : "running";
}

/**
 * The place of the step from which a retry went: it takes all steps behind it along, and the first of them is the first
 * of which something is told again. Null where nothing is.
 */
function firstAgain(events: readonly StateEvent[], back: StateEvent, now: StatesNow): number | null {
  const again = new Set<string>();
  for (const event of events) {
    if (event.id <= back.id) continue;
    if (goesBack(event)) break;
    if (event.step_id !== null) again.add(event.step_id);
  }
  const place = now.steps.findIndex(({ step_id }) => again.has(step_id));
  return place < 0 ? null : place;
}
