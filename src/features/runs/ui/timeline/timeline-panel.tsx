"use client";

import { ChevronDown, ChevronRight, Minus, Plus } from "lucide-react";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { cx } from "../../../../components/cx";
import { IconButton } from "../../../../components/icon-button";
import { QueryView } from "../../../../components/query-view";
import { SkeletonRows } from "../../../../components/skeleton";
import { clockDuration, endedDuration, exactTime, spokenDuration } from "../../../../components/time";
import { useNow, useSeconds } from "../../../../components/use-now";
import { withMarks } from "../../../../lib/marks";
import { trpc } from "../../../../trpc/react";
import { STATUS_LOOKS } from "../../../in-run/ui/status";
import { StatusIcon } from "../../../in-run/ui/status-icon";
import type { WireRun } from "../../../in-run/ui/wire";
import type { Timeline } from "../../schema";
import {
  axisOf,
  divisionOf,
  type Group,
  groupsOf,
  isGroup,
  ownSpans,
  type Row,
  runSpans,
  type Span,
  stepRows,
  ticksOf,
  timesOf,
} from "./spans";

/** A run with more steps begins with its phases folded. */
const FOLDED_FROM = 40;
const MOST_ZOOM = 64;
/** Width of the names in pixels, and of what an axis needs for a mark. */
const NAMES = 224;
const TICK = 90;

/** The fills of stretches that are not told by a status. Stripes say that nothing was at work. */
const FILLS: Record<Span["kind"], string> = {
  queued: "timeline-waits text-waiting",
  working: "bg-running",
  waiting: "timeline-waits text-needs-you",
  paused: "timeline-waits text-paused",
};
const WORDS: Record<Span["kind"], string> = {
  queued: "waited for its turn",
  working: "worked",
  waiting: "waited",
  paused: "paused",
};

/** Phases and steps of a run over time. */
export function TimelinePanel({
  run,
  tools,
  onStep,
}: {
  run: WireRun;
  /** Where the zoom goes. */
  tools: HTMLElement | null;
  onStep: (step_id: string) => void;
}) {
  const query = trpc.runs.timeline.useQuery({ id: run.id });
  return (
    <QueryView
      query={query}
      skeleton={<SkeletonRows rows={5} label="Loading the timeline" />}
      className="flex-1"
    >
      {(timeline) => <Chart run={run} timeline={timeline} tools={tools} onStep={onStep} />}
    </QueryView>
  );
}

function Chart({
  run,
  timeline,
  tools,
  onStep,
}: {
  run: WireRun;
  timeline: Timeline;
  tools: HTMLElement | null;
  onStep: (step_id: string) => void;
}) {
  const isOver = run.completed_at !== null || run.status === "cancelled";
  const second = useSeconds(!isOver);
  const slow = useNow();
  const now = second ?? slow ?? Date.parse(run.updated_at);
  const rows = useMemo(() => stepRows(run, timeline, now), [run, timeline, now]);
  const own = useMemo(() => ownSpans(runSpans(timeline, now), rows), [timeline, now, rows]);
  const groups = useMemo(() => groupsOf(run, rows), [run, rows]);
  const axis = axisOf(own, rows, now);
  const length = axis.to - axis.from;
  const [zoom, setZoom] = useState(1);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(1_100);
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const measure = () => setWidth(current.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  const folds = run.steps.length > FOLDED_FROM;
  const isOpen = ({ key }: Group) => turned.has(key) !== !(folds || key.startsWith("round:"));
  const turn = (key: string) =>
    setTurned((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });

  /** Keeps what is in the middle there. */
  const zoomTo = (next: number) => {
    const { current } = box;
    const wanted = Math.min(MOST_ZOOM, Math.max(1, next));
    const seen = current ? current.clientWidth - NAMES : 0;
    const middle = current ? (current.scrollLeft + seen / 2) / (seen * zoom || 1) : 0;
    setZoom(wanted);
    requestAnimationFrame(() => current?.scrollTo({ left: middle * seen * wanted - seen / 2 }));
  };
  const ticks = ticksOf(length, Math.max(2, Math.floor(((width - NAMES) * zoom) / TICK)));
  const shown: { row: Row | Group; depth: number }[] = [];
  const list = (of: readonly (Row | Group)[], depth: number) => {
    for (const row of of) {
      shown.push({ row, depth });
      if (isGroup(row) && isOpen(row)) list(row.rows, depth + 1);
    }
  };
  list(groups, 0);

  return (
    <>
      {tools
        ? createPortal(
            <>
              <IconButton
                label="Zoom out"
                icon={Minus}
                disabled={zoom <= 1}
                onClick={() => zoomTo(zoom / 2)}
              />
              <IconButton
                label="Zoom in"
                icon={Plus}
                disabled={zoom >= MOST_ZOOM}
                onClick={() => zoomTo(zoom * 2)}
              />
            </>,
            tools,
          )
        : null}
      <TimeLine run={run} queued_at={timeline.queued_at} now={now} />
      <section
        ref={box}
        aria-label="Steps over time"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto overscroll-contain pb-2 outline-offset-[-2px]"
        onWheel={(event) => {
          if (event.ctrlKey || event.metaKey) zoomTo(event.deltaY < 0 ? zoom * 1.5 : zoom / 1.5);
        }}
      >
        <div className="relative" style={{ width: `calc(${NAMES}px + (100% - ${NAMES}px) * ${zoom})` }}>
          <div
            aria-hidden
            className="sticky top-0 z-20 flex h-6 border-b border-line bg-canvas text-meta text-faint"
          >
            <span
              className="sticky left-0 z-10 shrink-0 border-r border-line bg-canvas"
              style={{ width: NAMES }}
            />
            <span className="relative flex-1 overflow-hidden">
              {ticks.map((ms) => (
                <span
                  key={ms}
                  className="absolute inset-y-0 border-l border-line pl-1 tabular-nums"
                  style={{ left: `${(ms / length) * 100}%` }}
                >
                  {clockDuration(ms)}
                </span>
              ))}
            </span>
          </div>
          <Lane
            head={<span className="truncate text-muted">The run</span>}
            label={`The run: ${own.map((span) => `${WORDS[span.kind]} ${spokenDuration(span.to - span.from)}`).join(", ")}`}
            spans={own}
            axis={axis}
            ticks={ticks}
          />
          <ul aria-label="Phases and steps">
            {shown.map(({ row, depth }) => (
              <li key={isGroup(row) ? row.key : row.step_id}>
                <RowLane
                  row={row}
                  depth={depth}
                  open={isGroup(row) && isOpen(row)}
                  onPress={() => (isGroup(row) ? turn(row.key) : onStep(row.step_id))}
                  axis={axis}
                  ticks={ticks}
                />
              </li>
            ))}
          </ul>
        </div>
      </section>
    </>
  );
}

/** How the run's time divides, in words that add up. */
function TimeLine({ run, queued_at, now }: { run: WireRun; queued_at: string; now: number }) {
  const { whole, queued, working, waiting } = divisionOf(run, queued_at, now);
  const parts = [
    { word: "working", ms: working, fill: FILLS.working },
    { word: "waiting", ms: waiting, fill: FILLS.waiting },
    { word: "in the queue", ms: queued, fill: FILLS.queued },
  ];
  return (
    <dl className="flex shrink-0 flex-wrap gap-x-5 gap-y-1 px-4 py-2 text-meta text-muted">
      {parts.map(({ word, ms, fill }) => (
        <div key={word} className="flex items-center gap-1.5">
          <span aria-hidden className={cx("h-2 w-4 rounded-full", fill)} />
          <dt className="order-last">{word}</dt>
          <dd className="text-text tabular-nums">{endedDuration(ms)}</dd>
        </div>
      ))}
      <div className="flex gap-1.5">
        <dt className="order-last">in all</dt>
        <dd className="text-text tabular-nums">{endedDuration(whole)}</dd>
      </div>
    </dl>
  );
}

function RowLane({
  row,
  depth,
  open,
  onPress,
  axis,
  ticks,
}: {
  row: Row | Group;
  depth: number;
  open: boolean;
  onPress: () => void;
  axis: { from: number; to: number };
  ticks: number[];
}) {
  const { working, waiting } = timesOf(row);
  const attempts = isGroup(row) ? 0 : new Set(row.spans.map((span) => span.number).filter(Boolean)).size;
  const time = working + waiting;
  const words = [
    `${row.name}: ${STATUS_LOOKS[row.look].label.toLowerCase()}`,
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(working > 0 ? [`worked ${spokenDuration(working)}`] : []),
    ...(waiting > 0 ? [`waited ${spokenDuration(waiting)}`] : []),
  ].join(", ");
  const Sign = open ? ChevronDown : ChevronRight;
  return (
    <Lane
      head={
        <button
          type="button"
          onClick={onPress}
          aria-expanded={isGroup(row) ? open : undefined}
          aria-label={withMarks(words)}
          className="flex min-w-0 flex-1 items-center gap-1.5 rounded-inner px-1 py-1 text-left outline-offset-[-2px] hover:bg-hover"
          style={{ marginLeft: depth * 14 }}
        >
          {isGroup(row) ? <Sign aria-hidden size={12} className="shrink-0 text-faint" /> : null}
          <StatusIcon status={row.look} decorative />
          <span className={cx("min-w-0 flex-1 truncate", isGroup(row) && "font-medium")}>
            {withMarks(row.name)}
          </span>
          {attempts > 1 ? <span className="shrink-0 text-meta text-faint">×{attempts}</span> : null}
          {row.spans.length > 0 ? (
            <span className="shrink-0 text-meta text-faint tabular-nums">{endedDuration(time)}</span>
          ) : null}
        </button>
      }
      spans={row.spans}
      axis={axis}
      ticks={ticks}
    />
  );
}

/** A name, and stretches of time beside it. */
function Lane({
  head,
  label,
  spans,
  axis,
  ticks,
}: {
  head: ReactNode;
  label?: string;
  spans: readonly Span[];
  axis: { from: number; to: number };
  ticks: number[];
}) {
  const length = axis.to - axis.from;
  const part = (ms: number) => `${(ms / length) * 100}%`;
  return (
    <div className="flex min-h-7 text-list">
      <div
        className="sticky left-0 z-10 flex shrink-0 items-center border-r border-line bg-canvas px-2"
        style={{ width: NAMES }}
      >
        {head}
        {label ? <span className="sr-only">{withMarks(label)}</span> : null}
      </div>
      <div aria-hidden className="relative flex-1">
        {ticks.map((ms) => (
          <span key={ms} className="absolute inset-y-0 border-l border-line/50" style={{ left: part(ms) }} />
        ))}
        {spans.map((span) => (
          <span
            key={`${span.kind}-${span.from}-${span.to}-${span.number ?? ""}`}
            title={titleOf(span)}
            className={cx(
              "absolute top-1/2 h-3 min-w-[3px] -translate-y-1/2 rounded-[3px]",
              span.kind === "working" && span.look ? STATUS_LOOKS[span.look].fill : FILLS[span.kind],
            )}
            style={{ left: part(span.from - axis.from), width: part(span.to - span.from) }}
          />
        ))}
      </div>
    </div>
  );
}

function titleOf({ kind, from, to, number }: Span): string {
  const attempt = number === undefined ? "" : `Attempt ${number}: `;
  return `${attempt}${WORDS[kind]} ${endedDuration(to - from)}, from ${exactTime(from)}`;
}
