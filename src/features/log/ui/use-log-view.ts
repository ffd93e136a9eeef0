"use client";

import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { formatRange, type LineRange, parseRange, rangeTo } from "./line-range";
import { type LogHits, NO_HITS, searchLog, stepHit } from "./log-search";
import type { LogSnapshot } from "./log-store";

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
function useRange(search: () => string) {
  const [range, setRange] = useState<LineRange | null>(null);
  const anchor = useRef<number | null>(null);
  useEffect(() => {
    const readHash = () => {
      const next = parseRange(window.location.hash);
      anchor.current = next?.from ?? null;
      setRange(next);
    };
    readHash();
    window.addEventListener("hashchange", readHash);
    return () => window.removeEventListener("hashchange", readHash);
  }, []);
  const pick = useCallback(
    (line: number, extend: boolean) => {
      const from = extend ? (anchor.current ?? line) : line;
      if (!extend) anchor.current = line;
      const next = rangeTo(from, line);
      setRange(next);
      window.history.replaceState(null, "", `${window.location.pathname}${search()}${formatRange(next)}`);
    },
    [search],
  );
  return { range, pick };
}

/** A reader's choices for a log: search, range, line wrap, timestamps. */
export function useLogView(log: LogSnapshot, search: () => string) {
  const choices = useChoices();
  const { range, pick } = useRange(search);
  const [query, setQuery] = useState("");
  const [current, setCurrent] = useState<number | null>(null);
  const deferred = useDeferredValue(query);
  const before = useRef<LogHits>(NO_HITS);
  const hits = useMemo(() => {
    // The array of lines stays the same as it grows; its version tells that it changed.
    const known = log.version === 0 ? NO_HITS : before.current;
    before.current = searchLog(log.lines, deferred, known);
    return before.current;
  }, [log.lines, log.version, deferred]);

  const step = (by: 1 | -1) => setCurrent((at) => stepHit(hits.lines, at, by));
  return {
    ...choices,
    range,
    pick,
    query,
    /** The query for `hits`; it lags behind the typed one while a long log is searched. */
    shownQuery: hits.query,
    hits: hits.lines,
    current,
    search: (next: string) => {
      setQuery(next);
      setCurrent(null);
    },
    step,
  };
}

export type LogView = ReturnType<typeof useLogView>;
