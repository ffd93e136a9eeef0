"use client";

import { type RefObject, useEffect, useRef } from "react";
import { belongsElsewhere } from "./shortcut";

/** Attribute of a row; put it on the element that gets the focus (a link, a button, or tabIndex 0). */
export const LIST_ITEM = { "data-list-item": "" } as const;

/** Attribute of a column, for lists with several. */
export const LIST_COLUMN = { "data-list-column": "" } as const;

/**
 * Keyboard navigation between `LIST_ITEM`s inside the returned ref: J and K anywhere on the page; arrows,
 * Home and End inside; Esc leaves the list. With `columns`, H, L and the side arrows move between
 * `LIST_COLUMN`s.
 */
export function useListNavigation<E extends HTMLElement>({
  onEscape,
  columns = false,
  disabled = false,
}: {
  onEscape?: () => void;
  columns?: boolean;
  disabled?: boolean;
} = {}): RefObject<E | null> {
  const list = useRef<E | null>(null);
  const leave = useRef(onEscape);
  leave.current = onEscape;

  useEffect(() => {
    if (disabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const root = list.current;
      if (!root || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey)
        return;
      if (belongsElsewhere(event.target)) return;
      const items = [...root.querySelectorAll<HTMLElement>("[data-list-item]")].filter(
        (item) => item.offsetParent !== null,
      );
      const active = document.activeElement;
      const current = items.findIndex((item) => item === active || item.contains(active));
      if (event.key === "Escape") {
        if (current < 0) return;
        if (leave.current) leave.current();
        else if (active instanceof HTMLElement) active.blur();
        return;
      }
      const next = target(event.key, columns ? columnOf(items, current) : items, items[current], items);
      if (!next) return;
      event.preventDefault();
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [disabled, columns]);

  return list;
}

/** The items in the column of item `current`; all items if it is in none. */
function columnOf(items: HTMLElement[], current: number): HTMLElement[] {
  const column = items[current]?.closest("[data-list-column]");
  return column ? items.filter((item) => column.contains(item)) : items;
}

/** The item to move to: up and down in `items`, sideways in `all`; in a plain list both are the same. */
function target(
  key: string,
  items: HTMLElement[],
  active: HTMLElement | undefined,
  all: HTMLElement[],
): HTMLElement | undefined {
  const lower = key.toLowerCase();
  const current = active ? items.indexOf(active) : -1;
  if (lower === "j") return items[Math.min(current + 1, items.length - 1)];
  if (lower === "k") return items[current < 0 ? items.length - 1 : Math.max(current - 1, 0)];
  if (!active) return undefined;
  if (key === "ArrowDown") return items[current + 1];
  if (key === "ArrowUp") return items[current - 1];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (items !== all) {
    if (key === "ArrowLeft" || lower === "h") return beside(all, active, -1);
    if (key === "ArrowRight" || lower === "l") return beside(all, active, 1);
  }
  return undefined;
}

/** The item in the nearest column on that side, at the closest height. */
function beside(items: HTMLElement[], active: HTMLElement, side: 1 | -1): HTMLElement | undefined {
  const from = active.getBoundingClientRect();
  let best: { item: HTMLElement; column: number; height: number } | undefined;
  for (const item of items) {
    const box = item.getBoundingClientRect();
    const column = (box.left - from.left) * side;
    if (column < from.width / 2) continue;
    const height = Math.abs(box.top - from.top);
    if (!best || column < best.column - 1 || (Math.abs(column - best.column) <= 1 && height < best.height)) {
      best = { item, column, height };
    }
  }
  return best?.item;
}
