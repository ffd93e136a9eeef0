"use client";

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Nearer to the end than this counts as at the end, in pixels. */
const NEAR_PX = 24;

const isAtEnd = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight <= NEAR_PX;

/**
 * Keeps a growing list at its end until the reader scrolls up, and again once they are back there. `count`
 * is the number of rows; `toEnd` scrolls to the last; `growing`: more are still written.
 */
export function useFollow(
  box: RefObject<HTMLElement | null>,
  {
    count,
    toEnd,
    initially,
    growing,
  }: { count: number; toEnd: () => void; initially: boolean; growing: boolean },
) {
  const [following, setFollowing] = useState(initially);
  const [leftAt, setLeftAt] = useState(initially ? 0 : count);
  const lastTop = useRef(0);
  const latest = useRef({ count, toEnd });
  latest.current = { count, toEnd };

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => {
      const up = element.scrollTop < lastTop.current - 1;
      lastTop.current = element.scrollTop;
      if (isAtEnd(element)) setFollowing(true);
      else if (up) {
        setFollowing((before) => {
          if (before) setLeftAt(latest.current.count);
          return false;
        });
      }
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [box]);

  useLayoutEffect(() => {
    if (!following || count === 0) return;
    latest.current.toEnd();
    // Its scroll event may come together with the reader's first one, and would hide that they went up.
    lastTop.current = box.current?.scrollTop ?? 0;
  }, [following, count, box]);

  // What was written before anybody looked is not new.
  useEffect(() => {
    if (!growing) setLeftAt(Number.POSITIVE_INFINITY);
  }, [growing]);

  const stop = useCallback(() => {
    setLeftAt(latest.current.count);
    setFollowing(false);
  }, []);

  const follow = useCallback(() => setFollowing(true), []);

  return {
    following,
    /** Rows that came since the reader left the end. */
    fresh: following ? 0 : Math.max(0, count - leftAt),
    follow,
    stop,
  };
}
