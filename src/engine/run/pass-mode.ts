import type { RunStatus } from "../../model/states";
import type { StopReason } from "./ports";

/** How far a pass goes with its run. */
export type PassMode =
  /** Starts what can start. */
  | "moving"
  /** The run is paused: what runs may end, and nothing starts. */
  | "paused"
  /** This process is about to stop: what runs may end, and nothing starts. */
  | "draining"
  /** What runs was ended, and goes on in another process. */
  | "handing over"
  /** The run was cancelled: what runs was ended. */
  | "cancelled"
  /** Another claim has the run, or a fault broke this pass off: nothing counts that this process does. */
  | "lost"
  /** The claim was given up, or ended with the run. */
  | "over";

/** What may follow. A process that drains does not come back, and attempts that were ended do not either. */
export const PASS_MODES: Record<PassMode, readonly PassMode[]> = {
  moving: ["paused", "draining", "handing over", "cancelled", "lost", "over"],
  paused: ["moving", "draining", "handing over", "cancelled", "lost", "over"],
  draining: ["paused", "handing over", "cancelled", "lost", "over"],
  "handing over": ["cancelled", "lost", "over"],
  cancelled: ["lost", "over"],
  lost: [],
  over: [],
};

export interface PassFacts {
  /** Why attempts are ended from outside; null where they are not. */
  stopped: StopReason | null;
  /** The run's status as last seen. */
  status: RunStatus;
  /** True once this process is about to stop. */
  draining: boolean;
}

/** The mode that these facts ask for. */
export function modeOf({ stopped, status, draining }: PassFacts): Exclude<PassMode, "over"> {
  // This claim would know of an end that it has recorded itself.
  if (stopped === "lost" || status === "completed" || status === "failed") return "lost";
  if (stopped === "cancelled" || (status !== "running" && status !== "paused")) return "cancelled";
  if (stopped === "handover") return "handing over";
  if (status === "paused") return "paused";
  return draining ? "draining" : "moving";
}
