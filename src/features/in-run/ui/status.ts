import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Hand,
  LoaderCircle,
  type LucideIcon,
  Minus,
  TriangleAlert,
} from "lucide-react";
import type { RunStatus, StepStatus } from "../../../model/states";

/**
 * How each status looks. `icon`: a shape of its own, so that colour is not the only difference. `text`: its colour,
 * with a contrast of at least 4.5 : 1 on every background. `fill`: for bars and segments without text.
 */
export const STATUS_LOOKS = {
  waiting: { label: "Waiting", icon: CircleDashed, text: "text-waiting", fill: "bg-line-strong" },
  running: { label: "Running", icon: LoaderCircle, text: "text-running", fill: "bg-running" },
  needs_you: { label: "Needs you", icon: Hand, text: "text-needs-you", fill: "bg-needs-you-fill" },
  paused: { label: "Paused", icon: CirclePause, text: "text-paused", fill: "bg-paused" },
  done: { label: "Done", icon: CircleCheck, text: "text-done", fill: "bg-done" },
  /** Its run goes on, or ended well all the same. */
  tolerated: { label: "Failed, tolerated", icon: CircleX, text: "text-waiting", fill: "bg-failed/35" },
  failed: { label: "Failed", icon: CircleX, text: "text-failed", fill: "bg-failed" },
  cancelled: { label: "Cancelled", icon: Ban, text: "text-cancelled", fill: "bg-cancelled" },
  skipped: { label: "Skipped", icon: Minus, text: "text-skipped", fill: "bg-line" },
  stalled: { label: "Stalled", icon: TriangleAlert, text: "text-stalled", fill: "bg-stalled" },
} satisfies Record<string, { label: string; icon: LucideIcon; text: string; fill: string }>;

/**
 * The status of a run or step as people see it. Some values (`needs_you`, `stalled`) do not come from the
 * API's status but from other facts, which the caller must check.
 */
export type DisplayStatus = keyof typeof STATUS_LOOKS;

const FROM_WIRE: Record<RunStatus | StepStatus, DisplayStatus> = {
  pending: "waiting",
  running: "running",
  paused: "paused",
  completed: "done",
  failed: "failed",
  cancelled: "cancelled",
  skipped: "skipped",
};

/** The displayed status for a status of the API. */
export function displayStatus(status: RunStatus | StepStatus): DisplayStatus {
  return FROM_WIRE[status];
}
