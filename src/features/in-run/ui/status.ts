/**
 * The status of a run or step as people see it. Some values (`needs_you`, `stalled`) do not come from the
 * API's status but from other facts, which the caller must check.
 */
export type DisplayStatus =
  | "waiting"
  | "running"
  | "needs_you"
  | "paused"
  | "done"
  | "failed"
  | "cancelled"
  | "skipped"
  | "stalled";

type WireStatus = "pending" | "running" | "paused" | "completed" | "failed" | "cancelled" | "skipped";

const FROM_WIRE: Record<WireStatus, DisplayStatus> = {
  pending: "waiting",
  running: "running",
  paused: "paused",
  completed: "done",
  failed: "failed",
  cancelled: "cancelled",
  skipped: "skipped",
};

/** The displayed status for a status of the API. */
export function displayStatus(status: WireStatus): DisplayStatus {
  return FROM_WIRE[status];
}

export const STATUS_LABELS: Record<DisplayStatus, string> = {
  waiting: "Waiting",
  running: "Running",
  needs_you: "Needs you",
  paused: "Paused",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
  skipped: "Skipped",
  stalled: "Stalled",
};

/** Text colour of each status; its contrast is at least 4.5 : 1 on every background. */
export const STATUS_TEXT: Record<DisplayStatus, string> = {
  waiting: "text-waiting",
  running: "text-running",
  needs_you: "text-needs-you",
  paused: "text-paused",
  done: "text-done",
  failed: "text-failed",
  cancelled: "text-cancelled",
  skipped: "text-skipped",
  stalled: "text-stalled",
};

/** Fill colour of each status, for bars and segments without text. */
export const STATUS_FILL: Record<DisplayStatus, string> = {
  waiting: "bg-line-strong",
  running: "bg-running",
  needs_you: "bg-needs-you-fill",
  paused: "bg-paused",
  done: "bg-done",
  failed: "bg-failed",
  cancelled: "bg-cancelled",
  skipped: "bg-line",
  stalled: "bg-stalled",
};
