"use client";

import "./ansi.css";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ScrollText } from "lucide-react";
import { useEffect, useRef } from "react";
import { buttonClass } from "../../../components/button";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState, ErrorState } from "../../../components/states";
import { useFollow } from "../../../components/use-follow";
import { LogRow } from "./log-row";
import { LINE_COUNT_LIMIT, type LogSnapshot } from "./log-store";
import type { LogView } from "./use-log-view";

const ROW_PX = 20;

/** Display options of a log; `pick` is null if its lines have no address. */
export type ShownLog = Pick<LogView, "range" | "current" | "wrap" | "timestamps" | "shownQuery"> & {
  pick: LogView["pick"] | null;
};

/** A log of any length. `running`: more may come. `fromEnd`: start at the end, as for a failure. */
export function LogViewer({
  log,
  view,
  running,
  fromEnd,
}: {
  log: LogSnapshot;
  view: ShownLog;
  running: boolean;
  fromEnd: boolean;
}) {
  if (log.phase === "refused") {
    return <ErrorState title="The log could not be read" message={log.message ?? "Reload the page."} />;
  }
  if (log.lines.length === 0) {
    if (log.phase === "done") {
      return (
        <EmptyState icon={ScrollText} title="Nothing was written">
          The step ended without a line on its output.
        </EmptyState>
      );
    }
    return <LogSkeleton label={running ? "Waiting for the first line" : "Loading the log"} />;
  }
  return <LogLines log={log} view={view} running={running} fromEnd={fromEnd} />;
}

function LogSkeleton({ label }: { label: string }) {
  return (
    <Loading label={label} className="flex flex-col gap-2 px-4 py-3">
      {["w-2/5", "w-3/5", "w-1/3", "w-1/2"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </Loading>
  );
}

function LogLines({
  log,
  view,
  running,
  fromEnd,
}: {
  log: LogSnapshot;
  view: ShownLog;
  running: boolean;
  fromEnd: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const count = log.lines.length;
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 24,
  });
  const { range, current, wrap } = view;
  const begins = useRef(range === null && (running || fromEnd));
  const { following, fresh, follow, stop } = useFollow(box, {
    count,
    toEnd: () => rows.scrollToIndex(count - 1, { align: "end" }),
    initially: begins.current,
    growing: running,
  });

  // Scroll to the range in the address once it has loaded; not for a range that was clicked, which is in
  // view.
  const sought = useRef(range !== null ? range.from : null);
  useEffect(() => {
    if (sought.current === null || count < sought.current) return;
    rows.scrollToIndex(sought.current - 1, { align: "center" });
    sought.current = null;
  }, [count, rows]);

  useEffect(() => {
    if (current === null) return;
    stop();
    rows.scrollToIndex(current, { align: "center" });
  }, [current, rows, stop]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other heights hold once lines wrap or not
  useEffect(() => rows.measure(), [wrap, rows]);

  const shown = rows.getVirtualItems();
  const digits = String(count).length;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        ref={box}
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto overscroll-contain font-mono text-code outline-offset-[-2px]"
      >
        <div style={{ height: rows.getTotalSize() }} className={wrap ? "w-full" : "w-max min-w-full"}>
          <div style={{ transform: `translateY(${shown[0]?.start ?? 0}px)` }}>
            {shown.map(({ index, key }) => {
              const line = log.lines[index];
              return line ? (
                <LogRow
                  key={key}
                  line={line}
                  number={index + 1}
                  selected={range !== null && index + 1 >= range.from && index + 1 <= range.to}
                  current={current === index}
                  query={view.shownQuery}
                  wrap={wrap}
                  timestamps={view.timestamps}
                  digits={digits}
                  onPick={view.pick}
                  measure={rows.measureElement}
                />
              ) : null;
            })}
          </div>
        </div>
      </section>
      <LogFoot log={log} running={running} following={following} fresh={fresh} onFollow={follow} />
    </div>
  );
}

function LogFoot({
  log,
  running,
  following,
  fresh,
  onFollow,
}: {
  log: LogSnapshot;
  running: boolean;
  following: boolean;
  fresh: number;
  onFollow: () => void;
}) {
  const text = log.cut
    ? `The first ${LINE_COUNT_LIMIT.toLocaleString("en")} lines; the download has all of it`
    : log.phase === "reconnecting"
      ? "The connection is gone; it comes back by itself"
      : running && log.phase !== "done"
        ? following
          ? "Following"
          : "Not following"
        : null;
  if (text === null && fresh === 0) return null;
  return (
    <div className="flex h-8 shrink-0 items-center gap-2 border-t border-line px-3 text-meta text-faint pointer-coarse:h-10">
      <span role="status" className="min-w-0 flex-1 truncate">
        {text}
      </span>
      {!following && (running || fresh > 0) ? (
        <button
          type="button"
          onClick={onFollow}
          className={buttonClass("secondary", "h-6 px-2 text-meta pointer-coarse:h-8")}
        >
          <ArrowDown aria-hidden size={12} />
          {fresh > 0 ? `${fresh.toLocaleString("en")} new ${fresh === 1 ? "line" : "lines"}` : "Follow"}
        </button>
      ) : null}
    </div>
  );
}
