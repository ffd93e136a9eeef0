import type { StepState } from "../../journal/run-state";
import { least } from "../../lib/least";
import type { PassMode } from "./pass-mode";
import type { AdvanceOutcome, ReleaseOptions } from "./ports";

/** How often a working run that also waits for people checks for their decision, in milliseconds. */
const LOOK_MS = 1_000;

export interface RestFacts {
  mode: Exclude<PassMode, "cancelled" | "lost" | "over">;
  steps: StepState[];
  /** Attempts run in this process, or ends and entries are not recorded yet. */
  isBusy: boolean;
  /** An attempt has ended and the pass has not seen it. */
  hasNews: boolean;
  /** Number of steps that could start now. */
  startable: number;
  /** Milliseconds until a retry is due or a wait is over; null where neither is. */
  wait_ms: number | null;
  /** Only in TypeScript: whether the code has ended, and milliseconds until it is to be looked at. */
  code: { isOver: boolean; lookIn: number | null } | null;
  /** Milliseconds until kept entries are to be recorded. */
  recordIn: number | null;
  now: number;
}

/** What the pass does after a decision. */
export type Rest =
  | { kind: "go on" }
  /** `ms` undefined: until something happens. `look`: read the rows afterwards, since people may have decided. */
  | { kind: "wait"; ms: number | undefined; look: boolean }
  | { kind: "leave"; outcome: AdvanceOutcome; release: ReleaseOptions };

/** Decides whether a claim goes on, waits for its attempts, or is given up. */
export function restOf(facts: RestFacts): Rest {
  const { mode, code, now } = facts;
  const waiting = facts.steps.filter((step) => step.status === "running" && step.waiting_for !== null);
  const lookIn = code?.lookIn ?? null;
  if (facts.isBusy || lookIn !== null) {
    const ms = least(
      mode === "moving" ? facts.wait_ms : null,
      waiting.length > 0 ? LOOK_MS : null,
      lookIn,
      facts.recordIn,
    );
    return { kind: "wait", ms, look: waiting.length > 0 };
  }
  // An attempt ended while others were recorded.
  if (facts.hasNews) return { kind: "go on" };
  if (mode === "handing over") return leave("handed-over");
  if (mode === "paused") return leave("paused");
  if (mode === "draining" && (code || facts.startable > 0)) return leave("handed-over");
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
