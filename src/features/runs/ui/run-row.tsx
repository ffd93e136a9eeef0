"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { Fragment, memo, type ReactNode, useState } from "react";
import { Avatar } from "../../../components/avatar";
import { cx } from "../../../components/cx";
import { Duration } from "../../../components/duration";
import { RelativeTime } from "../../../components/relative-time";
import { LIST_ITEM } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { ArchiveSign } from "../../in-run/ui/archive-sign";
import { PinSign } from "../../in-run/ui/pin-sign";
import { PrioritySign, priorityLevel } from "../../in-run/ui/priority-sign";
import { ProgressSegments } from "../../in-run/ui/progress-segments";
import {
  allSteps,
  doneSteps,
  failureOf,
  firstLine,
  runLook,
  segmentsOf,
  spanOf,
  tellingStep,
} from "../../in-run/ui/run-facts";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { isStalled } from "../../in-run/ui/step-look";
import { TriggerSign } from "../../in-run/ui/trigger-sign";
import { LabelChips } from "../../labels/ui/label-chip";
import type { RunListItem } from "../schema";
import type { Asking } from "./run-dialogs";
import { RunMenu } from "./run-menu";
import { runWaitWords } from "./run-wait-words";
import type { ColumnId } from "./table-columns";
import { useRunActions } from "./use-run-actions";

const RunDialogs = dynamic(() => import("./run-dialogs").then((part) => part.RunDialogs));

/** The table's head and rows; from a tablet on, the columns are those of `gridOf`. */
export const RUN_GRID =
  "grid items-center gap-x-3 px-4 grid-cols-[36px_minmax(0,1fr)_auto_28px] md:grid-cols-(--run-columns)";

/** The run's current step, or why it ended. */
function placeOf(run: RunListItem): string {
  if (run.status === "failed") {
    return [tellingStep(run)?.name, failureOf(run)].filter(Boolean).join(": ");
  }
  if (run.status === "cancelled") return firstLine(run.error_message) ?? "";
  const waits = runWaitWords(run);
  if (waits !== null) return waits;
  if (run.status === "pending") return "waits for its turn";
  const step = tellingStep(run);
  if (!step) return "";
  return isStalled(step) ? `${step.name}: stalled` : step.name;
}

export const RunRow = memo(function RunRow({
  run,
  href,
  columns,
  selected = false,
  onSelect,
}: {
  run: RunListItem;
  href: string;
  columns: readonly ColumnId[];
  selected?: boolean;
  /** Absent where nothing is selected. `extend`: select all rows from the last one selected to this one. */
  onSelect?: (id: string, extend: boolean) => void;
}) {
  const actions = useRunActions(run);
  const [asking, setAsking] = useState<Asking>(null);
  const place = placeOf(run);
  const failed = run.status === "failed";
  const cells = cellsOf(run, place);
  return (
    <li
      data-run={run.id}
      className={`${RUN_GRID} ${selected ? "bg-pressed" : ""} group relative min-h-8 py-1 transition-colors [content-visibility:auto] [contain-intrinsic-size:auto_33px] hover:bg-hover has-[[data-list-item]:focus-visible]:bg-hover pointer-coarse:min-h-12`}
    >
      <span className="flex items-center gap-2">
        {onSelect ? (
          <input
            type="checkbox"
            aria-label={withMarks(`Select ${run.name}`)}
            checked={selected}
            onChange={(event) =>
              onSelect(run.id, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
            }
            className="relative z-10 size-3.5 shrink-0 accent-(--color-accent) pointer-coarse:after:absolute pointer-coarse:after:-inset-3"
          />
        ) : null}
        <StatusIcon status={runLook(run)} />
      </span>
      <span className="min-w-0">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="min-w-6 shrink-0 text-meta text-faint tabular-nums">#{run.number}</span>
          <Link
            {...LIST_ITEM}
            href={href}
            className="min-w-0 truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
          >
            {withMarks(run.name)}
          </Link>
          <PrioritySign run={run} />
          <TriggerSign run={run} />
          <PinSign run={run} />
          <ArchiveSign run={run} />
          {columns.includes("labels") ? null : (
            <LabelChips labels={run.labels} most={2} className="shrink-0 flex-nowrap max-md:hidden" />
          )}
        </span>
        <span className={cx("block truncate text-meta md:hidden", failed ? "text-failed" : "text-faint")}>
          {place || `${run.definition_name} · ${run.user_name}`}
        </span>
      </span>
      {columns.map((id) => (
        <Fragment key={id}>{cells[id]()}</Fragment>
      ))}
      {columns.includes("created") ? null : (
        <RelativeTime at={run.created_at} className="text-right whitespace-nowrap text-faint md:hidden" />
      )}
      <span className="relative z-10 flex justify-end opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 has-[[data-popup-open]]:opacity-100 pointer-coarse:opacity-100">
        <RunMenu run={run} actions={actions} onAsk={setAsking} className="size-6" />
      </span>
      {asking === null ? null : (
        <RunDialogs run={run} asking={asking} onClose={() => setAsking(null)} actions={actions} />
      )}
    </li>
  );
});

/** What stands in each column; made only where the column is shown. */
function cellsOf(run: RunListItem, place: string): Record<ColumnId, () => ReactNode> {
  const person = (name: string | null) => (
    <span className="flex min-w-0 items-center gap-1.5 text-muted max-md:hidden">
      {name === null ? null : (
        <>
          <Avatar name={name} size={16} decorative />
          <span className="truncate">{withMarks(name)}</span>
        </>
      )}
    </span>
  );
  const ended = run.completed_at ?? run.cancelled_at;
  return {
    definition: () => (
      <span className="truncate text-muted max-md:hidden">{withMarks(run.definition_name)}</span>
    ),
    now: () => (
      <span
        className={cx("truncate max-md:hidden", run.status === "failed" ? "text-failed" : "text-faint")}
        title={withMarks(place)}
      >
        {withMarks(place)}
      </span>
    ),
    labels: () => (
      <span className="min-w-0 overflow-hidden max-md:hidden">
        <LabelChips labels={run.labels} most={3} className="flex-nowrap" />
      </span>
    ),
    steps: () => (
      <span className="flex items-center gap-2 max-md:hidden">
        <ProgressSegments steps={segmentsOf(run)} className="w-24" />
        <span aria-hidden className="text-meta text-faint">
          {doneSteps(run)}/{allSteps(run)}
        </span>
      </span>
    ),
    who: () => person(run.user_name),
    assignee: () => person(run.assignee_name),
    trigger: () => (
      <span className="flex min-w-0 items-center gap-1.5 text-muted max-md:hidden">
        <TriggerSign run={run} />
        <span className="truncate">{withMarks(run.trigger?.kind ?? "")}</span>
      </span>
    ),
    priority: () => (
      <span className="truncate text-muted max-md:hidden">{priorityLevel(run.priority).label}</span>
    ),
    took: () => (
      <span className="text-right text-muted max-md:hidden">
        <Duration {...spanOf(run)} />
      </span>
    ),
    ended: () => (
      <span className="text-right whitespace-nowrap text-faint max-md:hidden">
        {ended === null ? null : <RelativeTime at={ended} />}
      </span>
    ),
    created: () => <RelativeTime at={run.created_at} className="text-right whitespace-nowrap text-faint" />,
  };
}
