"use client";

import "./ansi.css";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, Copy, MessageSquarePlus, ScrollText } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { buttonClass } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { copyText } from "../../../components/copy-text";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState, ErrorState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { useFollow } from "../../../components/use-follow";
import type { LogGroup } from "../../../lib/log-groups";
import { plainText } from "../../../lib/plain-text";
import type { LineRange } from "./line-range";
import type { LogNotes } from "./log-notes";
import { LogRow } from "./log-row";
import { foldedRows, type LogRows, someRows } from "./log-rows";
import type { LogSnapshot, LogStore, ShownLine } from "./log-store";
import type { LogView } from "./use-log-view";

const ROW_PX = 20;
/** Rows that the list holds at a time. A browser draws no box of more than 17 million pixels. */
const SEGMENT = 400_000;
/** Distance from an edge of these rows at which others take their place. */
const EDGE_PX = 40 * ROW_PX;
/** Lines that are copied at a time; the download has all of them. */
const COPY_LIMIT = 200_000;

interface Props {
  store: LogStore;
  log: LogSnapshot;
  /** Null: nothing can be chosen. */
  view: LogView | null;
  wrap: boolean;
  timestamps: boolean;
  /** More may come. */
  running: boolean;
  /** Start at the end, as for a failure. */
  fromEnd: boolean;
  /** Lines that are marked as errors, from 1. */
  marks?: readonly number[];
  notes?: LogNotes;
}

/** A log of any length, of which the lines that are looked at are read. */
export function LogViewer(props: Props) {
  const { log, running } = props;
  if (log.phase === "refused") {
    return <ErrorState title="The log could not be read" message={log.message ?? "Reload the page."} />;
  }
  if (log.total === 0) {
    if (log.phase === "done") {
      return (
        <EmptyState icon={ScrollText} title="Nothing was written">
          The step ended without a line on its output.
        </EmptyState>
      );
    }
    return <LogSkeleton label={running ? "Waiting for the first line" : "Loading the log"} />;
  }
  return <LogLines {...props} />;
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

const nothingFolded = () => false;

function useRows({ log, view }: Props): LogRows {
  const { total, groups, version } = log;
  const hits = view?.only ? view.found.hits : null;
  const isFolded = view?.isFolded ?? nothingFolded;
  // biome-ignore lint/correctness/useExhaustiveDependencies: groups change in place, with the version
  return useMemo(
    () => (hits ? someRows(hits) : foldedRows(total, groups, isFolded)),
    [hits, total, groups, isFolded, groups.length === 0 ? 0 : version],
  );
}

/** The part of the rows that the list holds, from `base` on, and ways to scroll to a row of any part. */
function useSegment(rows: LogRows, box: React.RefObject<HTMLElement | null>, wrap: boolean, atEnd: boolean) {
  const { count } = rows;
  const [base, setBase] = useState(() => (atEnd ? Math.max(0, count - SEGMENT) : 0));
  const start = Math.min(base, Math.max(0, count - 1));
  const rest = count - start;
  // A part grows by half before another begins, so that a running log does not move all the time.
  const length = rest <= SEGMENT * 1.5 ? rest : SEGMENT;
  const list = useVirtualizer({
    count: length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 24,
  });
  const waiting = useRef<{ row: number; align: "start" | "center" | "end" } | null>(null);
  const scrollTo = useCallback(
    (row: number, align: "start" | "center" | "end") => {
      if (row >= start && row < start + length) {
        list.scrollToIndex(row - start, { align });
        return;
      }
      waiting.current = { row, align };
      setBase(Math.max(0, Math.min(count - SEGMENT, row - SEGMENT / 2)));
    },
    [list, start, length, count],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part has other rows, and other heights hold once lines wrap or not
  useLayoutEffect(() => {
    list.measure();
    const to = waiting.current;
    waiting.current = null;
    if (to) list.scrollToIndex(to.row - start, { align: to.align });
  }, [start, wrap, list]);

  // At an edge of the part, the one that goes on from there follows.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => {
      const { scrollTop, clientHeight, scrollHeight } = element;
      const isAbove = start > 0 && scrollTop < EDGE_PX;
      const isBelow = start + length < count && scrollTop + clientHeight > scrollHeight - EDGE_PX;
      const top = list.getVirtualItemForOffset(scrollTop)?.index;
      if ((isAbove || isBelow) && top !== undefined && waiting.current === null) {
        const row = start + top;
        waiting.current = { row, align: "start" };
        setBase(Math.max(0, Math.min(count - SEGMENT, row - SEGMENT / 2)));
      }
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [box, list, start, length, count]);
  const shown = list.getVirtualItems();
  return { list, shown, start, hasEnd: start + length >= count, scrollTo };
}

function LogLines(props: Props) {
  const { store, log, view, running, fromEnd, wrap, timestamps, notes } = props;
  const box = useRef<HTMLDivElement>(null);
  const rows = useRows(props);
  const { count } = rows;
  const range = view?.range ?? null;
  const target = view?.target ?? null;
  const begins = useRef(range === null && target === null && (running || fromEnd));
  const { list, shown, start, hasEnd, scrollTo } = useSegment(rows, box, wrap, begins.current);
  const { following, fresh, follow, stop } = useFollow(box, {
    count,
    toEnd: () => scrollTo(count - 1, "end"),
    initially: begins.current,
    growing: running,
    hasEnd,
  });

  const lines = shown.map(({ index }) => rows.lineAt(start + index));
  const asked = lines.join(" ");
  const isOnly = view?.only === true;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the numbers stand for the array; what has come asks for more
  useEffect(() => {
    if (!isOnly) store.want(lines);
  }, [store, asked, isOnly, log.total]);

  // A target that the log has not reached yet is waited for.
  const sought = useRef(0);
  useEffect(() => {
    if (!target || target.turn === sought.current || log.total < target.line) return;
    sought.current = target.turn;
    stop();
    scrollTo(rows.rowOf(target.line), "center");
  }, [target, rows, log.total, scrollTo, stop]);

  const copy = useCallback(() => {
    if (range) void copyLines(store, range.from, Math.min(range.to, log.total));
  }, [store, range, log.total]);
  useKeys({ box, count, running, scrollTo, stop, follow });
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!view || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
    if (event.key === "a") {
      event.preventDefault();
      view.select({ from: 1, to: log.total });
    } else if (event.key === "c" && range && window.getSelection()?.isCollapsed !== false) {
      event.preventDefault();
      copy();
    }
  };

  const onFold = useCallback((line: number, folded: boolean) => view?.fold([line], folded), [view?.fold]);
  const shows = useRef(notes?.onShow);
  shows.current = notes?.onShow;
  const onNote = useCallback((line: number) => shows.current?.(line), []);
  const onSay = notes?.onSay;
  const say =
    range && onSay
      ? () => {
          const to = Math.min(range.to, log.total);
          onSay({ from: Math.min(range.from, to), to }, quoteOf(store, { from: range.from, to }));
        }
      : null;
  const named = new Map(isOnly ? [] : log.groups.map((group) => [group.line, group]));
  const digits = String(log.total).length;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        ref={box}
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-auto overscroll-contain font-mono text-code outline-offset-[-2px]"
      >
        <div style={{ height: list.getTotalSize() }} className={wrap ? "w-full" : "w-max min-w-full"}>
          <div style={{ transform: `translateY(${shown[0]?.start ?? 0}px)` }}>
            {shown.map(({ index, key }, at) => {
              const number = lines[at] ?? 0;
              const hit = view?.found.byLine.get(number);
              const group = named.get(number);
              const end = group ? (group.end ?? log.total) : number;
              return (
                <LogRow
                  key={key}
                  line={store.line(number) ?? (isOnly ? lineOfHit(hit) : undefined)}
                  number={number}
                  index={index}
                  selected={range !== null && number >= range.from && number <= range.to}
                  current={view?.current === number}
                  marked={props.marks?.includes(number) ?? false}
                  query={view && !view.query.isExpression ? view.query.text : ""}
                  found={
                    view?.query.isExpression ? ((hit?.matches as [number, number][] | undefined) ?? []) : null
                  }
                  wrap={wrap}
                  timestamps={timestamps}
                  digits={digits}
                  folded={group && end > number && view ? view.isFolded(group) : null}
                  title={group && end > number && !view?.isSearching ? group.title : null}
                  hidden={end - number}
                  depth={isOnly ? 0 : depthOf(log.groups, number)}
                  onPick={view?.pick ?? null}
                  onFold={onFold}
                  notes={notes?.at(number)?.count ?? 0}
                  openNote={notes?.at(number)?.open ?? false}
                  noted={notes?.covers(number) ?? false}
                  onNote={onNote}
                  measure={wrap ? list.measureElement : null}
                />
              );
            })}
          </div>
        </div>
      </section>
      {say ? <SayKey say={say} /> : null}
      <LogFoot
        {...{ log, range, running, following, fresh, copy, say }}
        onFollow={follow}
        hits={isOnly ? count : null}
      />
    </div>
  );
}

/** What a hit tells of its line. */
function lineOfHit(
  hit: { text: string; from: number; t: string; stream: string; level: string | null } | undefined,
) {
  if (!hit) return undefined;
  const { t, stream, level, from, text } = hit;
  return { t, stream, level, text: from > 0 ? `… ${text}` : text } as ShownLine;
}

/** A line of a group in a section stands further in. */
function depthOf(groups: readonly LogGroup[], number: number): number {
  let depth = 0;
  for (let at = groups.length - 1; at >= 0; at--) {
    const group = groups[at];
    if (!group || group.line >= number) continue;
    if (group.end === null || group.end >= number) depth += 1;
    if (group.kind === "section") break;
  }
  return depth;
}

async function copyLines(store: LogStore, from: number, to: number): Promise<void> {
  const count = to - from + 1;
  if (count > COPY_LIMIT) {
    toast.failed(
      `At most ${COPY_LIMIT.toLocaleString("en")} lines are copied at a time. Download the log instead.`,
    );
    return;
  }
  try {
    await copyText(await store.text(from, to));
    toast.done(count === 1 ? "Line copied" : `${count.toLocaleString("en")} lines copied`);
  } catch {
    toast.failed("The lines could not be copied. Try it with fewer of them.");
  }
}

function useKeys({
  box,
  count,
  running,
  scrollTo,
  stop,
  follow,
}: {
  box: React.RefObject<HTMLElement | null>;
  count: number;
  running: boolean;
  scrollTo: (row: number, align: "start" | "end") => void;
  stop: () => void;
  follow: () => void;
}) {
  const page = (by: 1 | -1) => box.current?.scrollBy({ top: by * (box.current.clientHeight - 2 * ROW_PX) });
  const key = (id: string, label: string, shortcut: string, run: () => void) => ({
    ...{ id: `log.${id}`, label, shortcut, run, group: "Log", keysOnly: true },
  });
  useCommands([
    key("page-up", "A page up", "pageup", () => page(-1)),
    key("page-down", "A page down", "pagedown", () => page(1)),
    key("begin", "To the log's beginning", "home", () => {
      stop();
      scrollTo(0, "start");
    }),
    key("end", "To the log's end", "end", () => {
      if (running) follow();
      scrollTo(count - 1, "end");
    }),
  ]);
}

/** Takes the key from the run's own comments while lines are chosen. */
function SayKey({ say }: { say: () => void }) {
  useCommands([
    {
      id: "log.comment",
      label: "Comment on the lines",
      group: "Log",
      icon: MessageSquarePlus,
      shortcut: "c",
      run: say,
    },
  ]);
  return null;
}

/** Lines of which a quote is shown before it is sent; the server reads its own. */
const QUOTED = 20;

/** What is known of the lines. */
function quoteOf(store: LogStore, { from, to }: LineRange): string {
  const lines: string[] = [];
  for (let line = from; line <= Math.min(to, from + QUOTED - 1); line++) {
    lines.push(plainText(store.line(line)?.text ?? ""));
  }
  if (to - from >= QUOTED) lines.push("…");
  return lines.join("\n");
}

const linesText = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "line" : "lines"}`;

function LogFoot({
  log,
  range,
  running,
  following,
  fresh,
  hits,
  copy,
  say,
  onFollow,
}: {
  log: LogSnapshot;
  range: { from: number; to: number } | null;
  running: boolean;
  following: boolean;
  fresh: number;
  /** Lines that are shown, where these are only some. */
  hits: number | null;
  copy: () => void;
  /** Begins a comment on the lines; null where nobody may. */
  say: (() => void) | null;
  onFollow: () => void;
}) {
  const state =
    log.phase === "reconnecting"
      ? "The connection is gone; it comes back by itself"
      : running && log.phase !== "done"
        ? following
          ? "Following"
          : "Not following"
        : null;
  const count =
    hits === null ? linesText(log.total) : `${hits.toLocaleString("en")} of ${linesText(log.total)}`;
  const small = "h-6 px-2 text-meta pointer-coarse:h-8";
  return (
    <div className="flex h-8 shrink-0 items-center gap-2 border-t border-line px-3 text-meta text-faint pointer-coarse:h-10">
      <span role="status" className="min-w-0 truncate">
        {state}
      </span>
      <span className="min-w-0 flex-1 truncate tabular-nums">{count}</span>
      {say ? (
        <button type="button" onClick={say} className={buttonClass("secondary", small)}>
          <MessageSquarePlus aria-hidden size={12} />
          Comment
        </button>
      ) : null}
      {range ? (
        <button type="button" onClick={copy} className={buttonClass("secondary", small)}>
          <Copy aria-hidden size={12} />
          Copy {linesText(Math.max(1, Math.min(range.to, log.total) - range.from + 1))}
        </button>
      ) : null}
      {!following && (running || fresh > 0) ? (
        <button type="button" onClick={onFollow} className={buttonClass("secondary", small)}>
          <ArrowDown aria-hidden size={12} />
          {fresh > 0 ? `${fresh.toLocaleString("en")} new ${fresh === 1 ? "line" : "lines"}` : "Follow"}
        </button>
      ) : null}
    </div>
  );
}
