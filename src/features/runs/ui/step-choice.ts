import type { DisplayStatus } from "../../../components/status";
import { isStalled, needsPerson, type StepState, stepUnderWay } from "../../steps/ui/step-look";
import type { WireStep } from "../../steps/ui/wire";
import type { RunDetails } from "../schema";

/**
 * The step that opens by itself: the first that failed, else the one that says most of those under way, else the
 * last that ran, else the first.
 */
export function stepThatMatters<S extends StepState>(steps: readonly S[]): S | undefined {
  return (
    steps.find((step) => step.status === "failed") ??
    stepUnderWay(steps) ??
    steps.findLast((step) => step.status === "completed") ??
    steps[0]
  );
}

export interface PhaseGlance {
  name: string;
  status: DisplayStatus;
}

/** Each phase with what its steps come to, in the definition's order. */
export function phasesOf(run: {
  status: RunDetails["status"];
  phases: readonly string[];
  steps: readonly (StepState & Pick<WireStep, "phase">)[];
}): PhaseGlance[] {
  const names = [...new Set([...run.phases, ...run.steps.map((step) => step.phase)])];
  return names
    .map((name) => ({ name, steps: run.steps.filter((step) => step.phase === name) }))
    .filter(({ steps }) => steps.length > 0)
    .map(({ name, steps }) => ({ name, status: phaseStatus(steps, run.status) }));
}

function phaseStatus(steps: readonly StepState[], run: RunDetails["status"]): DisplayStatus {
  const has = (status: WireStep["status"]) => steps.some((step) => step.status === status);
  const all = (status: WireStep["status"]) => steps.every((step) => step.status === status);
  if (steps.some(needsPerson)) return "needs_you";
  if (steps.some(isStalled)) return "stalled";
  if (has("running")) return "running";
  if (has("failed")) return run === "cancelled" ? "cancelled" : "failed";
  if (all("pending")) return "waiting";
  if (all("skipped")) return "skipped";
  if (!has("pending")) return "done";
  return run === "paused" ? "paused" : "running";
}

export interface Bar {
  /** Parts of the axis, 0 to 1. */
  start: number;
  length: number;
}

interface Span {
  from: number;
  to: number;
}

/** The stretches in which anything ran, in order and apart from each other. */
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
 * Where each step stands on one axis of the time in which anything ran, up to `now` (ms). Time in which the run
 * was paused, had failed and waited for a retry, or waited for people would leave nothing to see of the steps,
 * so it is left out.
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
