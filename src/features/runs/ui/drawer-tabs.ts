import type { WireRun } from "../../in-run/ui/wire";
import { hasOutput } from "../../steps/ui/use-output";

export const DRAWER_TABS = [
  "comments",
  "artifacts",
  "changes",
  "timeline",
  "args",
  "log",
  "agents",
  "history",
] as const;
export type DrawerTab = (typeof DRAWER_TABS)[number];

/** The tab named in the address; null when the drawer is closed. */
export const drawerTab = (asked: string | null): DrawerTab | null =>
  DRAWER_TABS.find((tab) => tab === asked) ?? null;

/** The tabs of a run; comments and artifacts have their number. */
export function drawerTabs(
  run: WireRun,
  open: DrawerTab | null,
): { value: DrawerTab; label: string; count?: number }[] {
  // When all rows are loaded, count the rows on screen, so that changes show at once.
  const comments = run.comments_next_cursor === null ? run.comments.length : run.comments_count;
  const artifacts = run.artifacts_next_cursor === null ? run.artifacts.length : run.artifacts_count;
  const changed = open === "changes" || run.changes !== null;
  const printed = open === "log" || run.log_bytes > 0;
  const agents = open === "agents" || run.agents_count > 0;
  return [
    { value: "comments", label: "Comments", count: comments },
    { value: "artifacts", label: "Artifacts", count: artifacts },
    ...(changed ? [{ value: "changes", label: "Changes", count: run.changes?.files ?? 0 } as const] : []),
    { value: "timeline", label: "Timeline" },
    { value: "args", label: hasOutput(run) ? "Args and output" : "Args" },
    ...(printed ? [{ value: "log", label: "Printed" } as const] : []),
    ...(agents ? [{ value: "agents", label: "Agent session" } as const] : []),
    { value: "history", label: "History" },
  ];
}
