import type { Segment } from "../../../components/progress-segments";
import { type DisplayStatus, displayStatus } from "../../../components/status";
import { isStepEnded, type RunStatus, STEP_STATUSES, type StepStatus } from "../../../engine/states";
import { isStalled, needsPerson, type StepState, stepLook, stepUnderWay } from "../../steps/ui/step-look";
import type { RunListItem } from "../schema";

/** Statuses in which a run still has work before it. */
export const ACTIVE_STATUSES = ["pending", "running", "paused"] as const satisfies readonly RunStatus[];

/**
 * The look of a run: while one of its steps waits for a person it needs them, and while an agent of it has stalled
 * it has, whatever else goes on.
 */
export function runLook(run: { status: RunStatus; steps: readonly StepState[] }): DisplayStatus {
  if (run.status !== "running") return displayStatus(run.status);
  if (run.steps.some(needsPerson)) return "needs_you";
  return run.steps.some(isStalled) ? "stalled" : "running";
}

/** A run's name with its number in the project; one that was named after its number has it already. */
export function withNumber({ name, number }: { name: string; number: number }): string {
  return name.endsWith(` #${number}`) ? name : `${name} #${number}`;
}

interface Times {
  status: RunStatus;
  started_at: string | null;
  completed_at: string | null;
  cancelled_at: string | null;
  paused_at: string | null;
  waiting_since: string | null;
  updated_at: string;
}

/**
 * From when to when a run's duration goes; `to` null while it ticks, which it does not while all waits. Before
 * the start both are null.
 */
export function spanOf(run: Times): { from: string | null; to: string | null } {
  if (run.started_at === null) return { from: null, to: null };
  switch (run.status) {
    case "pending":
      return { from: null, to: null };
    case "running":
      return { from: run.started_at, to: run.waiting_since };
    case "paused":
      return { from: run.started_at, to: run.paused_at ?? run.updated_at };
    default:
      return { from: run.started_at, to: run.completed_at ?? run.cancelled_at ?? run.updated_at };
  }
}

/**
 * The step that says most about a run: the one that says most of those under way, else the first that failed,
 * else the next to come.
 */
export function tellingStep<S extends StepState>(run: {
  status: RunStatus;
  steps: readonly S[];
}): S | undefined {
  const find = (status: StepStatus) => run.steps.find((step) => step.status === status);
  if (run.status === "failed") return find("failed");
  if (run.status === "completed") return undefined;
  if (run.status === "cancelled") return find("running") ?? find("failed");
  return stepUnderWay(run.steps) ?? find("pending");
}

/** From which step a retry goes when nobody says: as the server decides it. */
export function retryStep<S extends { status: StepStatus }>(steps: readonly S[]): S | undefined {
  return (
    steps.find((step) => step.status === "failed") ??
    steps.find((step) => step.status === "skipped") ??
    steps[0]
  );
}

type StepCounts = RunListItem["step_counts"];

const sumOf = (counts: StepCounts, counted: (status: StepStatus) => boolean) =>
  STEP_STATUSES.reduce((sum, status) => sum + (counted(status) ? (counts[status] ?? 0) : 0), 0);

/** All steps of a run, also those that a list leaves out. */
export const allSteps = (run: { step_counts: StepCounts }) => sumOf(run.step_counts, () => true);

/** Steps that are through. What a failure or a cancel cut off does not count as done. */
export function doneSteps(run: { status: RunStatus; step_counts: StepCounts }): number {
  const broken = run.status === "failed" || run.status === "cancelled";
  return sumOf(run.step_counts, (status) => (broken ? status === "completed" : isStepEnded(status)));
}

/** How a bar shows the statuses of more steps than it has segments for: what is through comes first. */
const BAR_ORDER: readonly StepStatus[] = ["completed", "skipped", "failed", "running", "pending"];

/** One segment a step; of a run whose steps are not all there one a status, as wide as it has steps. */
export function segmentsOf({ steps, step_counts }: Pick<RunListItem, "steps" | "step_counts">): Segment[] {
  if (allSteps({ step_counts }) <= steps.length)
    return steps.map((step) => ({ id: step.step_id, name: step.name, status: stepLook(step), count: 1 }));
  const running = steps
    .map((step) => stepLook(step))
    .find((look) => look === "needs_you" || look === "stalled");
  return BAR_ORDER.flatMap((status) => {
    const count = step_counts[status] ?? 0;
    const look = status === "running" ? (running ?? "running") : displayStatus(status);
    return count > 0 ? [{ id: status, name: `${count} steps`, status: look, count }] : [];
  });
}

/** The first line that says something, for a card. */
export function firstLine(text: string | null): string | null {
  return (
    text
      ?.split("\n")
      .map((line) => line.trim())
      .find((line) => line !== "") ?? null
  );
}

/** Why a run failed, in one line, without the name of the step, which stands beside it. */
export function failureOf(run: { status: RunStatus; error_message: string | null }): string | null {
  if (run.status !== "failed") return null;
  return firstLine(run.error_message)?.replace(/^Step ".*?" failed: /, "") ?? null;
}

/** The end of an id, which is where ids differ most to the eye. */
export const shortId = (id: string) => id.slice(-4);
