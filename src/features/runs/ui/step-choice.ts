import type { DisplayStatus } from "../../in-run/ui/status";
import {
  type FailingRun,
  type FailingStep,
  firstFailed,
  isStalled,
  needsPerson,
  type ShownStep,
  stepUnderWay,
} from "../../in-run/ui/step-look";
import type { WireStep } from "../../in-run/ui/wire";
import type { RunDetails } from "../schema";

/**
 * The step to open first: the first whose failure counts, else what runs, else the last that ran, else the first. So a
 * run that is well opens at its end.
 */
export function stepThatMatters<S extends ShownStep & FailingStep>({
  steps,
  ...run
}: FailingRun & { steps: readonly S[] }): S | undefined {
  return (
    firstFailed(run, steps) ??
    stepUnderWay(steps) ??
    steps.findLast((step) => step.status === "completed" || step.status === "failed") ??
    steps[0]
  );
}

export interface PhaseGlance {
  name: string;
  status: DisplayStatus;
}

/** Each phase with the combined status of its steps, in the definition's order. */
export function phasesOf(run: {
  status: RunDetails["status"];
  error_message: string | null;
  phases: readonly string[];
  steps: readonly (ShownStep & FailingStep & Pick<WireStep, "phase">)[];
}): PhaseGlance[] {
  const names = [...new Set([...run.phases, ...run.steps.map((step) => step.phase)])];
  return names
    .map((name) => ({ name, steps: run.steps.filter((step) => step.phase === name) }))
    .filter(({ steps }) => steps.length > 0)
    .map(({ name, steps }) => ({ name, status: phaseStatus(steps, run) }));
}

function phaseStatus(steps: readonly (ShownStep & FailingStep)[], run: FailingRun): DisplayStatus {
  const has = (status: WireStep["status"]) => steps.some((step) => step.status === status);
  const all = (status: WireStep["status"]) => steps.every((step) => step.status === status);
  if (steps.some(needsPerson)) return "needs_you";
  if (steps.some(isStalled)) return "stalled";
  if (has("running")) return "running";
  if (firstFailed(run, steps)) return run.status === "cancelled" ? "cancelled" : "failed";
  if (all("pending")) return "waiting";
  if (all("skipped")) return "skipped";
  if (!has("pending")) return "done";
  return run.status === "paused" ? "paused" : "running";
}

export interface Bar {
  /** Start as a fraction of the axis, 0 to 1. */
  start: number;
  length: number;
}

interface Span {
  from: number;
  to: number;
}

/** The periods in which any step ran, in order and without overlaps. */
function busyStretches(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((left, right) => left.from - right.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/**
 * Position of each step on a time axis up to `now` (ms). Periods in which no step ran (pauses, waits for a
 * retry or for people) are cut out, since they would squeeze the steps.
 */
export function barsOf(
  steps: readonly Pick<WireStep, "kind" | "started_at" | "completed_at">[],
  now: number,
): (Bar | null)[] {
  const spans = steps.map(({ kind, started_at, completed_at }): Span | null => {
    if (started_at === null) return null;
    const from = Date.parse(started_at);
    if (kind === "approval") return { from, to: from };
    return { from, to: Math.max(from, completed_at === null ? now : Date.parse(completed_at)) };
  });
  const stretches = busyStretches(spans.filter((span) => span !== null));
  const whole = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const before = (time: number) =>
    stretches.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(time, to) - from), 0);
  return spans.map((span) => {
    if (span === null) return null;
    if (whole <= 0) return { start: 0, length: 1 };
    return { start: before(span.from) / whole, length: (span.to - span.from) / whole };
  });
}
