"use client";

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Distance from the end, in pixels, that still counts as being at the end. */
const NEAR_PX = 24;

const isAtEnd = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight <= NEAR_PX;

/**
 * Keeps a growing list scrolled to its end. Stops when the reader scrolls up and resumes when they are back.
 * `count` is the number of rows; `toEnd` scrolls to the last; `growing`: more rows may come. `hasEnd`: the box holds the
 * last row; where it does not, its end is not that of the list.
 */
export function useFollow(
  box: RefObject<HTMLElement | null>,
  {
    count,
    toEnd,
    initially,
    growing,
    hasEnd = true,
  }: { count: number; toEnd: () => void; initially: boolean; growing: boolean; hasEnd?: boolean },
) {
  const [following, setFollowing] = useState(initially);
  const [leftAt, setLeftAt] = useState(initially ? 0 : count);
  const lastTop = useRef(0);
  const latest = useRef({ count, toEnd, hasEnd });
  latest.current = { count, toEnd, hasEnd };

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => {
      const up = element.scrollTop < lastTop.current - 1;
      lastTop.current = element.scrollTop;
      if (latest.current.hasEnd && isAtEnd(element)) setFollowing(true);
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
    // The scroll event of `toEnd` may be merged with the reader's own; record its position so that scrolling
    // up is noticed.
    lastTop.current = box.current?.scrollTop ?? 0;
  }, [following, count, box]);

  // Rows of a log that has ended do not count as new, since they only load.
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
    /** Rows added since the reader left the end. */
    fresh: following ? 0 : Math.max(0, count - leftAt),
    follow,
    stop,
  };
}
