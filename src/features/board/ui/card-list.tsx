"use client";

import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { LIST_COLUMN } from "../../../components/use-list-navigation";

/** The usual height of a card in pixels, before it was measured. */
const CARD = 118;
const GAP = 8;
/** Cards beyond what is seen, so that the keyboard finds the next one. */
const OVERSCAN = 3;
/** The next page is asked for so many cards ahead of the end. */
const AHEAD = 6;

/**
 * The cards of a column, of which only those in sight are in the document. While the column itself is out of sight, none
 * is. `onEnd` is called as the end of what is loaded comes near; it is null where all is.
 */
export function CardList<R extends { id: string }>({
  runs,
  card,
  onEnd,
  near,
  children,
}: {
  runs: readonly R[];
  card: (run: R) => ReactNode;
  onEnd: (() => Promise<void>) | null;
  /** It is probably in sight at first. */
  near: boolean;
  /** What comes behind the cards. */
  children?: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  const isSeen = useInSight(list, near);
  const [failed, setFailed] = useState(false);
  const virtual = useVirtualizer({
    count: isSeen ? runs.length : 0,
    getScrollElement: () => list.current,
    estimateSize: () => CARD,
    getItemKey: (index) => runs[index]?.id ?? index,
    gap: GAP,
    overscan: OVERSCAN,
    paddingStart: 2,
    paddingEnd: 16,
    // The card that has the focus stays, or the keyboard would lose its place.
    rangeExtractor: (range: Range) => {
      const focused = document.activeElement?.closest<HTMLElement>("[data-index]");
      const index = focused && list.current?.contains(focused) ? Number(focused.dataset.index) : -1;
      const shown = defaultRangeExtractor(range);
      if (index < 0 || index >= range.count || shown.includes(index)) return shown;
      return [...shown, index].sort((left, right) => left - right);
    },
    initialRect: { width: 256, height: 700 },
  });
  const items = virtual.getVirtualItems();
  const isNear = isSeen && (items.at(-1)?.index ?? -1) >= runs.length - AHEAD;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once more after each page
  useEffect(() => {
    if (isNear && onEnd && !failed) onEnd().catch(() => setFailed(true));
  }, [isNear, onEnd, runs.length, failed]);
  return (
    <div
      ref={list}
      {...LIST_COLUMN}
      className="relative min-h-0 flex-1 overflow-y-auto overscroll-y-contain px-2"
    >
      <div
        style={{ height: isSeen ? virtual.getTotalSize() : runs.length * (CARD + GAP) }}
        className="relative"
      >
        {items.map(({ index, key, start }) => {
          const run = runs[index];
          return run ? (
            <div
              key={key}
              data-index={index}
              ref={virtual.measureElement}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              {card(run)}
            </div>
          ) : null;
        })}
      </div>
      {onEnd ? (
        <p className="pb-4 text-center text-meta text-faint">
          {failed ? (
            <button
              type="button"
              onClick={() => setFailed(false)}
              className="rounded-inner underline hover:text-text"
            >
              The next runs could not be loaded. Try again
            </button>
          ) : (
            "Loading more…"
          )}
        </p>
      ) : null}
      {children}
    </div>
  );
}

/** Whether the element is on screen, or nearly. */
function useInSight(element: RefObject<HTMLElement | null>, first: boolean): boolean {
  const [isSeen, setSeen] = useState(first);
  useEffect(() => {
    if (!element.current) return;
    const watch = new IntersectionObserver(
      (entries) => setSeen(entries.some((entry) => entry.isIntersecting)),
      { rootMargin: "0px 200px" },
    );
    watch.observe(element.current);
    return () => watch.disconnect();
  }, [element]);
  return isSeen;
}
