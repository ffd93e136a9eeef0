"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** Distance from the end, in pixels, that still counts as being at the end. */
const NEAR_PX = 32;

/**
 * Keeps a growing box scrolled to its end. Stops when the reader scrolls up and resumes when they are back at
 * the end.
 */
export function useStickToEnd(
  box: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  initially: boolean,
) {
  const [following, setFollowing] = useState(initially);
  const [fits, setFits] = useState(false);
  const follows = useRef(initially);
  const lastTop = useRef(0);

  const set = useCallback((next: boolean) => {
    follows.current = next;
    setFollowing(next);
  }, []);

  useEffect(() => {
    const [outer, inner] = [box.current, content.current];
    if (!outer || !inner) return;
    const toEnd = () => {
      setFits(outer.scrollHeight - outer.clientHeight <= NEAR_PX);
      if (!follows.current) return;
      outer.scrollTop = outer.scrollHeight;
      lastTop.current = outer.scrollTop;
    };
    const onScroll = () => {
      const left = outer.scrollHeight - outer.scrollTop - outer.clientHeight;
      const isUp = outer.scrollTop < lastTop.current - 1;
      lastTop.current = outer.scrollTop;
      if (left <= NEAR_PX) set(true);
      else if (isUp) set(false);
    };
    const observer = new ResizeObserver(toEnd);
    observer.observe(inner);
    observer.observe(outer);
    outer.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener("scroll", onScroll);
    };
  }, [box, content, set]);

  const follow = useCallback(() => {
    set(true);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [box, set]);

  return { following: following || fits, follow };
}
