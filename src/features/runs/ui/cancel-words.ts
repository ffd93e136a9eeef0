import { isRunEnded, type RunStatus } from "../../../model/states";

export type OpenCounts = Partial<Record<RunStatus, number>>;

const runsOf = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "run" : "runs"}`;

/** The counts of runs that can be cancelled; with statuses in `only`, just those in one of them. */
export function openCounts(counts: OpenCounts, only: readonly RunStatus[] = []): OpenCounts {
  const kept = Object.entries(counts).filter(
    ([status]) =>
      !isRunEnded(status as RunStatus) && (only.length === 0 || only.some((each) => each === status)),
  );
  return Object.fromEntries(kept);
}

export const totalOf = (counts: OpenCounts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

export const cancelTitle = (counts: OpenCounts) => `Cancel ${runsOf(totalOf(counts))}?`;
export const cancelLabel = (counts: OpenCounts) => `Cancel ${runsOf(totalOf(counts))}`;

/** Describes what cancelling these runs ends. */
export function manyCancelWords({ running = 0, pending = 0, paused = 0 }: OpenCounts): string {
  const parts = [
    ...(running > 0 ? [`${running.toLocaleString("en")} at work`] : []),
    ...(paused > 0 ? [`${paused.toLocaleString("en")} paused`] : []),
    ...(pending > 0 ? [`${pending.toLocaleString("en")} waiting`] : []),
  ];
  if (parts.length === 0) return "None of them is under way: there is nothing to cancel.";
  const listed = parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
  const stops = running > 0 ? "Steps in flight are stopped, and those" : "The steps";
  return `${listed}. ${stops} that wait are skipped. What has been done stays; each run can be retried from any step.`;
}
