"use client";

import { useEffect, useRef, useState } from "react";
import { trpc } from "../../../trpc/react";
import type { LogHit } from "../schema";
import { refusalOf } from "./log-feed";

/** What is looked for in a log; `level` alone finds every line that tells it. */
export interface LogQuery {
  text: string;
  isExpression: boolean;
  level: "error" | "warning" | null;
}

export const NO_QUERY: LogQuery = { text: "", isExpression: false, level: null };

/** Hits that a page keeps. */
export const HIT_LIMIT = 10_000;
const PAGE = 1_000;
/** Typing is over. */
const PAUSE_MS = 200;
/** A log that grows is searched again after so long. */
const AGAIN_MS = 1_000;

interface LogHits {
  hits: readonly LogHit[];
  byLine: ReadonlyMap<number, LogHit>;
  /** How far it has come, from 0 to 1; null while nothing is looked for. */
  progress: number | null;
  /** Why it cannot be searched for. */
  fault: string | null;
}

const NONE: LogHits = { hits: [], byLine: new Map(), progress: null, fault: null };

export const isQuery = ({ text, level }: LogQuery) => text !== "" || level !== null;

/**
 * Searches a step's log on the server, page by page; what is found shows at once. As the log grows, its new lines are
 * searched too.
 */
export function useLogSearch(of: { id: string; attempt: number }, query: LogQuery, total: number): LogHits {
  const { client } = trpc.useUtils();
  const [found, setFound] = useState<LogHits>(NONE);
  const latest = useRef(total);
  latest.current = total;
  const { id, attempt } = of;
  const { text, isExpression, level } = query;

  useEffect(() => {
    if (!isQuery({ text, isExpression, level })) {
      setFound(NONE);
      return;
    }
    const stop = new AbortController();
    const byLine = new Map<number, LogHit>();
    let timer: ReturnType<typeof setTimeout>;
    let line = 1;
    const tell = (progress: number, fault: string | null = null) => {
      if (stop.signal.aborted) return;
      const hits = [...byLine.values()].sort((one, other) => one.n - other.n);
      setFound({ hits, byLine, progress, fault });
    };
    const search = async () => {
      const seen = latest.current;
      try {
        let cursor: string | null = String(line);
        while (cursor !== null && byLine.size < HIT_LIMIT) {
          const page: { items: LogHit[]; next_cursor: string | null } = await client.steps.searchLog.query(
            {
              id,
              type: "events",
              attempt,
              ...(text === "" ? {} : { q: text }),
              regex: isExpression ? "1" : "0",
              ...(level === null ? {} : { level }),
              cursor,
              limit: PAGE,
            },
            { signal: stop.signal },
          );
          for (const hit of page.items) byLine.set(hit.n, hit);
          cursor = page.next_cursor;
          if (cursor !== null) tell(Math.min(0.99, Number(cursor) / Math.max(1, latest.current)));
        }
        tell(1);
      } catch (error) {
        if (!stop.signal.aborted) tell(1, refusalOf(error) ?? "The search did not reach the server.");
        return;
      }
      // The last line may have grown.
      line = Math.max(1, seen);
      wait();
    };
    /** Goes on once there is more. */
    const wait = () => {
      timer = setTimeout(() => {
        if (latest.current > line && byLine.size < HIT_LIMIT) void search();
        else wait();
      }, AGAIN_MS);
    };
    setFound({ ...NONE, progress: 0 });
    timer = setTimeout(() => void search(), PAUSE_MS);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [client, id, attempt, text, isExpression, level]);
  return found;
}

/** The line of the hit after (1) or before (-1) line `current`, round the ends; null if there are no hits. */
export function stepHit(hits: readonly { n: number }[], current: number | null, by: 1 | -1): number | null {
  const [first, last] = [hits[0]?.n ?? null, hits.at(-1)?.n ?? null];
  if (current === null) return by === 1 ? first : last;
  const next = by === 1 ? hits.find(({ n }) => n > current) : hits.findLast(({ n }) => n < current);
  return next?.n ?? (by === 1 ? first : last);
}
