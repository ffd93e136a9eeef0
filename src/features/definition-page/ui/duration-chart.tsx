"use client";

import Link from "next/link";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { RelativeTime } from "../../../components/relative-time";
import { endedDuration, spokenDuration } from "../../../components/time";
import { withMarks } from "../../../lib/marks";
import type { CountedRun } from "../../definitions/schema";
import { displayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";

const HEIGHT = 120;
/** Below each bar stands the mark of a run that did not end well, so that colour is not alone. */
const FOOT = 10;
/** Fewer runs leave room at the left: so wide a bar would say nothing more. */
const LEAST_SLOTS = 30;
/** Pixels that a bar has at least; more runs than fit scroll. */
const SLOT = 8;

const FILLS: Partial<Record<CountedRun["status"], string>> = {
  completed: "fill-done",
  failed: "fill-failed",
  cancelled: "fill-cancelled",
};

/** How long each of the runs took, the newest at the right; each bar leads to its run. */
export function DurationChart({
  runs,
  median,
  hrefOf,
}: {
  /** Newest first. */
  runs: readonly CountedRun[];
  median: number | null;
  hrefOf: (run: CountedRun) => string;
}) {
  const shown = [...runs].reverse();
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const most = Math.max(1, ...shown.map((run) => run.duration_ms ?? 0));
  const heightOf = (ms: number) => Math.max(3, (ms / most) * (HEIGHT - 6));
  const count = shown.length;
  const slots = Math.max(count, LEAST_SLOTS);
  useEffect(() => {
    if (count > 0) scroller.current?.scrollTo({ left: scroller.current.scrollWidth });
  }, [count]);
  const place = Math.min(at ?? count - 1, count - 1);
  const move = (event: KeyboardEvent<SVGSVGElement>) => {
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.querySelectorAll("a")[Math.min(Math.max(to, 0), count - 1)]?.focus();
  };
  const told = shown[place];
  return (
    <div className="flex flex-col gap-2">
      <div className="relative">
        <span
          aria-hidden
          className="absolute top-0 left-0 z-10 bg-canvas pr-1 text-meta text-faint tabular-nums"
        >
          {endedDuration(most)}
        </span>
        <div ref={scroller} className="overflow-x-auto">
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of SVG. */}
          <svg
            role="group"
            aria-label="Durations of the runs, the oldest first"
            height={HEIGHT + FOOT}
            className="w-full"
            style={{ minWidth: slots * SLOT }}
            onKeyDown={move}
            onPointerLeave={() => setAt(null)}
          >
            <line x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} className="stroke-line" />
            <line x1="0" x2="100%" y1="6" y2="6" strokeDasharray="2 4" className="stroke-line" />
            {median === null ? null : (
              <line
                x1="0"
                x2="100%"
                y1={HEIGHT - heightOf(median)}
                y2={HEIGHT - heightOf(median)}
                strokeDasharray="4 4"
                className="stroke-line-strong"
              />
            )}
            {shown.map((run, index) => (
              <Bar
                key={run.id}
                run={run}
                href={hrefOf(run)}
                x={((slots - count + index) / slots) * 100}
                width={100 / slots}
                height={run.duration_ms === null ? 3 : heightOf(run.duration_ms)}
                isTold={at === index}
                isStop={place === index}
                onTell={() => setAt(index)}
              />
            ))}
          </svg>
        </div>
      </div>
      {told ? (
        <p className="flex min-h-5 min-w-0 items-center gap-2 text-muted">
          <StatusIcon status={displayStatus(told.status)} />
          <span className="shrink-0 text-meta text-faint tabular-nums">#{told.number}</span>
          <span className="min-w-0 truncate">{withMarks(told.name)}</span>
          <span className="shrink-0 tabular-nums">
            {told.duration_ms === null ? null : endedDuration(told.duration_ms)}
          </span>
          <RelativeTime at={told.created_at} className="ml-auto shrink-0 text-meta text-faint" />
        </p>
      ) : null}
      <details className="text-list">
        <summary className="w-fit cursor-pointer rounded-inner text-meta text-muted">As a table</summary>
        <div className="mt-2 max-h-80 overflow-auto rounded-outer border border-line">
          <table className="w-full text-left">
            <caption className="sr-only">Durations of the runs, the newest first</caption>
            <thead>
              <tr className="border-b border-line text-meta text-faint">
                <th className="px-3 py-1 font-normal">Run</th>
                <th className="px-3 py-1 font-normal">Ended as</th>
                <th className="px-3 py-1 text-right font-normal">Took</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.id} className="border-b border-line last:border-0">
                  <td className="max-w-0 truncate px-3 py-1 sm:w-3/5">
                    <Link href={hrefOf(run)} prefetch={false} className="hover:underline">
                      #{run.number} {withMarks(run.name)}
                    </Link>
                  </td>
                  <td className="px-3 py-1 text-muted">{STATUS_LOOKS[displayStatus(run.status)].label}</td>
                  <td className="px-3 py-1 text-right text-muted tabular-nums">
                    {run.duration_ms === null ? "" : endedDuration(run.duration_ms)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}

function Bar({
  run,
  href,
  x,
  width,
  height,
  isTold,
  isStop,
  onTell,
}: {
  run: CountedRun;
  href: string;
  /** In percent of the chart. */
  x: number;
  width: number;
  height: number;
  isTold: boolean;
  /** The one bar to which Tab leads; the arrow keys lead on. */
  isStop: boolean;
  onTell: () => void;
}) {
  const look = STATUS_LOOKS[displayStatus(run.status)];
  const took = run.duration_ms === null ? "" : `, ${spokenDuration(run.duration_ms)}`;
  return (
    <Link
      href={href}
      prefetch={false}
      tabIndex={isStop ? 0 : -1}
      aria-label={withMarks(`#${run.number} ${run.name}: ${look.label}${took}`)}
      className="group/bar outline-none"
      onFocus={onTell}
      onPointerEnter={onTell}
    >
      <rect
        x={`${x}%`}
        width={`${width}%`}
        y={0}
        height={HEIGHT + FOOT}
        className={isTold ? "fill-hover" : "fill-transparent"}
      />
      <rect
        x={`${x + width * 0.15}%`}
        width={`${width * 0.7}%`}
        y={HEIGHT - height}
        height={height}
        rx={1.5}
        className={`${FILLS[run.status] ?? "fill-running"} group-focus-visible/bar:stroke-focus`}
        strokeWidth={3}
      />
      {run.status === "completed" ? null : (
        <circle
          cx={`${x + width / 2}%`}
          cy={HEIGHT + 5.5}
          r={2}
          className={FILLS[run.status] ?? "fill-running"}
        />
      )}
    </Link>
  );
}
