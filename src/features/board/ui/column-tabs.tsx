"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { ColumnFacts } from "./columns";
import { type Door, DoorLink } from "./doors";

type Board = RefObject<HTMLElement | null>;

function turnTo({ current: board }: Board, index: number, behavior: ScrollBehavior): void {
  const column = board?.children[index] as HTMLElement | undefined;
  if (column) board?.scrollTo({ left: column.offsetLeft - 8, behavior });
}

/** Tabs for screens on which only one column fits: show which column that is and scroll to another. */
export function ColumnTabs({
  columns,
  doors,
  board,
}: {
  columns: readonly Pick<ColumnFacts, "key" | "title" | "status" | "total">[];
  /** Links to runs outside of the board; shown last. */
  doors: readonly Door[];
  /** The element that scrolls sideways; each child is a column. */
  board: Board;
}) {
  const [active, setActive] = useState(0);
  const bar = useRef<HTMLDivElement>(null);
  const placed = useRef(false);

  // Start at the first column that has a card.
  useEffect(() => {
    if (placed.current || columns.length === 0) return;
    placed.current = true;
    const first = columns.findIndex((column) => column.total > 0);
    if (first > 0 && window.matchMedia("(max-width: 47.99rem)").matches) turnTo(board, first, "instant");
  }, [columns, board]);

  useEffect(() => {
    const element = board.current;
    if (!element) return;
    const onScroll = () => {
      const middle = element.scrollLeft + element.clientWidth / 2;
      const at = [...element.children].findIndex((child) => {
        const { offsetLeft, offsetWidth } = child as HTMLElement;
        return offsetLeft <= middle && middle < offsetLeft + offsetWidth;
      });
      if (at >= 0) setActive(at);
    };
    onScroll();
    element.addEventListener("scroll", onScroll, { passive: true });
    // A turned screen shows other columns.
    const observer = new ResizeObserver(onScroll);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [board]);

  useEffect(() => {
    const tab = bar.current?.children[active] as HTMLElement | undefined;
    if (tab && bar.current) bar.current.scrollTo({ left: tab.offsetLeft - 48, behavior: "smooth" });
  }, [active]);

  return (
    <nav aria-label="Columns" className="shrink-0 border-b border-line md:hidden">
      <div ref={bar} className="relative flex gap-1 overflow-x-auto px-2 py-1 [scrollbar-width:none]">
        {columns.map((column, index) => (
          <button
            key={column.key}
            type="button"
            aria-current={index === active ? "true" : undefined}
            onClick={() => turnTo(board, index, "smooth")}
            className={cx(
              "flex h-9 shrink-0 items-center gap-1.5 rounded-outer px-2.5 text-list transition-colors",
              index === active ? "bg-pressed text-text" : "text-muted",
            )}
          >
            {column.status ? <StatusIcon status={column.status} decorative still /> : null}
            {withMarks(column.title)}
            <span className="text-meta text-faint">{column.total.toLocaleString("en")}</span>
          </button>
        ))}
        {doors.map((door) => (
          <DoorLink key={door.href} door={door} className="h-9 gap-1 px-2.5" />
        ))}
      </div>
    </nav>
  );
}
