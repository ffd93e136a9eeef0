import type { StepState } from "../journal/run-state";
import { least } from "../lib/least";
import type { AdvanceOutcome, ReleaseOptions } from "./ports";

/** How often a run that waits for somebody while it also works looks whether they have decided. */
const LOOK_MS = 1_000;

export interface RestFacts {
  status: "running" | "paused";
  steps: StepState[];
  /** Attempts run here, or their ends are still to be recorded, or what is kept is. */
  isBusy: boolean;
  /** Something has landed that was not looked at. */
  hasNews: boolean;
  /** This process is to hand the run over; `draining`: and starts nothing any more. */
  handover: boolean;
  draining: boolean;
  /** Steps that could start now. */
  startable: number;
  /** Milliseconds until a step may be tried again or has waited its time; null where none does. */
  wait_ms: number | null;
  /** Of a definition in TypeScript: whether its code is over, and in how many milliseconds to look at it again. */
  code: { isOver: boolean; lookIn: number | null } | null;
  /** Milliseconds until what is kept is to be recorded. */
  recordIn: number | null;
  now: number;
}

/** What to do once a decision is acted on. */
export type Rest =
  | { kind: "go on" }
  /** `ms` undefined: until something happens. `look`: whether somebody has decided is to be asked behind it. */
  | { kind: "wait"; ms: number | undefined; look: boolean }
  | { kind: "leave"; outcome: AdvanceOutcome; release: ReleaseOptions };

/** Decides whether a claim goes on, waits for what it has in hand, or is given up. */
export function restOf(facts: RestFacts): Rest {
  const { status, handover, draining, code, now } = facts;
  const waiting = facts.steps.filter((step) => step.status === "running" && step.waiting_for !== null);
  const lookIn = code?.lookIn ?? null;
  if (facts.isBusy || lookIn !== null) {
    const goesOn = status === "running" && !draining;
    const ms = least(
      goesOn ? facts.wait_ms : null,
      waiting.length > 0 ? LOOK_MS : null,
      lookIn,
      facts.recordIn,
    );
    return { kind: "wait", ms, look: waiting.length > 0 };
  }
  // It has landed while others were recorded.
  if (facts.hasNews) return { kind: "go on" };
  if (handover) return leave("handed-over");
  if (status === "paused") return leave("paused");
  if (draining && (code || facts.startable > 0)) return leave("handed-over");
  if (code?.isOver) return { kind: "go on" };
  const wakes = waiting.map(({ wake_at }) => (wake_at === null ? null : Math.max(0, wake_at - now)));
  const after_ms = least(facts.wait_ms, ...wakes);
  if (after_ms === undefined && waiting.length === 0) return { kind: "go on" };
  return leave("waiting", {
    ...(after_ms !== undefined ? { after_ms } : {}),
    waiting: waiting.map((step) => step.row_id),
  });
}

const leave = (outcome: AdvanceOutcome, release: ReleaseOptions = {}): Rest => ({
  kind: "leave",
  outcome,
  release,
});
