"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { LogGroup } from "../../../lib/log-groups";
import { formatRange, type LineRange, parseRange, rangeTo } from "./line-range";
import type { LogSnapshot } from "./log-store";
import { isQuery, type LogQuery, NO_QUERY, stepHit, useLogSearch } from "./use-log-search";

const CHOICES_KEY = "phaseboard-log-view";

interface Choices {
  wrap: boolean;
  timestamps: boolean;
}

function readChoices(): Choices {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(CHOICES_KEY) ?? "{}");
    const { wrap, timestamps } = kept as Partial<Choices>;
    return { wrap: wrap === true, timestamps: timestamps === true };
  } catch {
    return { wrap: false, timestamps: false };
  }
}

/** Line wrap and timestamps, remembered in this browser. */
function useChoices() {
  const [choices, setChoices] = useState<Choices>({ wrap: false, timestamps: false });
  useEffect(() => setChoices(readChoices()), []);
  const toggle = (name: keyof Choices) =>
    setChoices((before) => {
      const after = { ...before, [name]: !before[name] };
      try {
        localStorage.setItem(CHOICES_KEY, JSON.stringify(after));
      } catch {
        // Without storage the choice holds until the page is left.
      }
      return after;
    });
  return { ...choices, toggle };
}

/** The selected lines, kept in the address. `search` gives the query string that leads to this log. */
function useRange(search: () => string, onAddress: (range: LineRange) => void) {
  const [range, setRange] = useState<LineRange | null>(null);
  const anchor = useRef<number | null>(null);
  const told = useRef(onAddress);
  told.current = onAddress;
  useEffect(() => {
    const readHash = () => {
      const next = parseRange(window.location.hash);
      anchor.current = next?.from ?? null;
      setRange(next);
      if (next) told.current(next);
    };
    readHash();
    window.addEventListener("hashchange", readHash);
    return () => window.removeEventListener("hashchange", readHash);
  }, []);
  const select = useCallback(
    (next: LineRange | null) => {
      setRange(next);
      const hash = next ? formatRange(next) : "";
      window.history.replaceState(null, "", `${window.location.pathname}${search()}${hash}`);
    },
    [search],
  );
  const pick = useCallback(
    (line: number, extend: boolean) => {
      const from = extend ? (anchor.current ?? line) : line;
      if (!extend) anchor.current = line;
      select(rangeTo(from, line));
    },
    [select],
  );
  return { range, pick, select };
}

/** A line to scroll to. `turn` tells two jumps to the same line apart. */
interface LogTarget {
  line: number;
  turn: number;
}

/** Which groups are folded: those that had ended as the log was opened, but for those that want to be open. */
function useFolds(log: LogSnapshot) {
  const [chosen, setChosen] = useState<ReadonlyMap<number, boolean>>(new Map());
  const isFolded = useCallback(
    ({ line, end, open }: LogGroup) => chosen.get(line) ?? (!open && end !== null && end <= log.opened),
    [chosen, log.opened],
  );
  const fold = useCallback(
    (lines: readonly number[], folded: boolean) =>
      setChosen((before) => new Map([...before, ...lines.map((line) => [line, folded] as const)])),
    [],
  );
  return { isFolded, fold };
}

/**
 * A reader's choices for a log: search, range, folded groups, line wrap, timestamps. `openAt`: the line at which it opens,
 * unless the address has one.
 */
export function useLogView(
  of: { id: string; attempt: number },
  log: LogSnapshot,
  search: () => string,
  openAt: number | null = null,
) {
  const choices = useChoices();
  const { isFolded, fold } = useFolds(log);
  const [target, setTarget] = useState<LogTarget | null>(null);
  const [current, setCurrent] = useState<number | null>(null);
  const [query, setQuery] = useState<LogQuery>(NO_QUERY);
  const [only, setOnly] = useState(false);
  const found = useLogSearch(of, query, log.total);
  const { groups } = log;
  const go = useCallback(
    (line: number) => {
      const around = groups.filter((group) => group.line < line && (group.end ?? line) >= line);
      fold(
        around.map((group) => group.line),
        false,
      );
      setTarget((before) => ({ line, turn: (before?.turn ?? 0) + 1 }));
    },
    [groups, fold],
  );
  const { range, pick, select } = useRange(search, ({ from }) => go(from));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as it opens; what comes later moves nobody's log
  useEffect(() => {
    if (openAt !== null && parseRange(window.location.hash) === null) go(openAt);
  }, []);
  /** A step that was asked for before there was a hit. */
  const waiting = useRef<1 | -1 | null>(null);
  const step = (by: 1 | -1) => {
    const next = stepHit(found.hits, current, by);
    waiting.current = next === null && found.progress !== null && found.progress < 1 ? by : null;
    setCurrent(next);
    if (next !== null) go(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only hits that come take the step
  useEffect(() => {
    if (waiting.current !== null && found.hits.length > 0) step(waiting.current);
  }, [found]);
  const isSearching = isQuery(query);
  return {
    ...choices,
    range,
    pick,
    select,
    target,
    go,
    query,
    search: (changes: Partial<LogQuery>) => {
      waiting.current = null;
      setQuery((before) => ({ ...before, ...changes }));
      setCurrent(null);
    },
    isSearching,
    found,
    current,
    step,
    /** Only lines with a hit are shown. */
    only: only && isSearching,
    setOnly,
    isFolded,
    fold,
  };
}

export type LogView = ReturnType<typeof useLogView>;
