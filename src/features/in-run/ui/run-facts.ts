import { inSentence } from "../../../lib/marks";
import type { RunError } from "../../../model/error-line";
import { isStepEnded, type RunStatus, STEP_STATUSES, type StepStatus } from "../../../model/states";
import type { Segment } from "./progress-segments";
import { type DisplayStatus, displayStatus } from "./status";
import {
  type FailingRun,
  type FailingStep,
  firstFailed,
  isStalled,
  needsPerson,
  type ShownStep,
  stepLookIn,
  stepUnderWay,
} from "./step-look";
import type { WireListedRun } from "./wire";

/**
 * The displayed status of a run: needs a person while one of its steps waits for one, stalled while one of
 * its agents is, else the run's own.
 */
export function runLook(run: {
  status: RunStatus;
  over_budget?: unknown;
  steps: readonly ShownStep[];
}): DisplayStatus {
  if (run.status === "paused" && run.over_budget) return "needs_you";
  if (run.status !== "running") return displayStatus(run.status);
  if (run.steps.some(needsPerson)) return "needs_you";
  return run.steps.some(isStalled) ? "stalled" : "running";
}

type Named = { name: string; number: number };

/** Whether a run's name says its number already. */
export const isNumbered = ({ name, number }: Named): boolean => name.endsWith(` #${number}`);

/** A run's name with its number; without it if the name already contains it. */
export function withNumber(run: Named): string {
  const name = inSentence(run.name);
  return isNumbered(run) ? name : `${name} #${run.number}`;
}

type Times = Pick<
  WireListedRun,
  | "status"
  | "started_at"
  | "completed_at"
  | "cancelled_at"
  | "paused_at"
  | "waiting_since"
  | "rested_ms"
  | "updated_at"
>;

/**
 * Start and end of a run's duration. `to` is null while time counts, which it does not while everything
 * waits. What it waited before is taken off at the start, so that the duration goes on where it stood. Both are
 * null before the start.
 */
export function spanOf(run: Times): { from: string | null; to: string | null } {
  if (run.started_at === null || run.status === "pending") return { from: null, to: null };
  const from = new Date(Date.parse(run.started_at) + run.rested_ms).toISOString();
  switch (run.status) {
    case "running":
      return { from, to: run.waiting_since };
    case "paused":
      return { from, to: run.waiting_since ?? run.paused_at ?? run.updated_at };
    default:
      return { from, to: run.completed_at ?? run.waiting_since ?? run.cancelled_at ?? run.updated_at };
  }
}

/** The step that says most about a run: that of `stepUnderWay`, the one for which it failed, or the next. */
export function tellingStep<S extends ShownStep & FailingStep>(
  run: FailingRun & { steps: readonly S[] },
): S | undefined {
  const find = (status: StepStatus) => run.steps.find((step) => step.status === status);
  if (run.status === "failed") return firstFailed(run, run.steps) ?? find("failed");
  if (run.status === "completed") return undefined;
  if (run.status === "cancelled") return find("running") ?? find("failed");
  return stepUnderWay(run.steps) ?? find("pending");
}

/** The step from which a retry starts by default; the same rule as on the server. */
export function retryStep<S extends FailingStep>({
  steps,
  ...run
}: FailingRun & { steps: readonly S[] }): S | undefined {
  return (
    firstFailed(run, steps) ??
    steps.find((step) => step.status === "failed") ??
    steps.find((step) => step.status === "skipped") ??
    steps[0]
  );
}

type StepCounts = WireListedRun["step_counts"];

const sumOf = (counts: StepCounts, counted: (status: StepStatus) => boolean) =>
  STEP_STATUSES.reduce((sum, status) => sum + (counted(status) ? (counts[status] ?? 0) : 0), 0);

/** The number of all steps of a run, including those that a list leaves out. */
export const allSteps = (run: { step_counts: StepCounts }) => sumOf(run.step_counts, () => true);

/** The number of finished steps. Steps that a failure or a cancel cut off do not count. */
export function doneSteps(run: { status: RunStatus; step_counts: StepCounts }): number {
  const broken = run.status === "failed" || run.status === "cancelled";
  return sumOf(run.step_counts, (status) => (broken ? status === "completed" : isStepEnded(status)));
}

/** The order of statuses in a progress bar that has more steps than segments. */
const BAR_ORDER: readonly StepStatus[] = ["completed", "skipped", "failed", "running", "pending"];

/** A segment for each step; if not all are loaded, one for each status, as wide as its number of steps. */
export function segmentsOf({
  steps,
  step_counts,
  ...run
}: Pick<WireListedRun, "steps" | "step_counts" | "status" | "error_message">): Segment[] {
  if (allSteps({ step_counts }) <= steps.length)
    return steps.map((step) => ({
      id: step.step_id,
      name: step.name,
      status: stepLookIn(run, step),
      count: 1,
    }));
  const running = steps
    .map((step) => stepLookIn(run, step))
    .find((look) => look === "needs_you" || look === "stalled");
  return BAR_ORDER.flatMap((status) => {
    const count = step_counts[status] ?? 0;
    const look =
      status === "running"
        ? (running ?? "running")
        : status === "failed" && run.status === "completed"
          ? "tolerated"
          : displayStatus(status);
    return count > 0 ? [{ id: status, name: `${count} steps`, status: look, count }] : [];
  });
}

/** The first line that is not empty, for a card. */
export function firstLine(text: string | null): string | null {
  return (
    text
      ?.split("\n")
      .map((line) => line.trim())
      .find((line) => line !== "") ?? null
  );
}

/** Why a run failed, in one line, without the step's name: in its log's own words, where they are found. */
export function failureOf(
  run: FailingRun & { first_error: Pick<RunError, "message"> | null },
): string | null {
  if (run.status !== "failed") return null;
  return (
    run.first_error?.message ?? firstLine(run.error_message)?.replace(/^Step ".*?" failed: /, "") ?? null
  );
}

/** The last characters of an id, in which ids differ most visibly. */
export const shortId = (id: string) => id.slice(-4);
