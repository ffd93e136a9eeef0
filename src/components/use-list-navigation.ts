"use client";

import { type RefObject, useEffect, useRef } from "react";
import { belongsElsewhere } from "./shortcut";

/** Attribute of a row; put it on the element that gets the focus (a link, a button, or tabIndex 0). */
export const LIST_ITEM = { "data-list-item": "" } as const;

/** Attribute of a column, for lists with several. */
export const LIST_COLUMN = { "data-list-column": "" } as const;

/** Where somebody is in a list: an item, and its number among those in sight. */
interface Place {
  list: HTMLElement;
  item: HTMLElement;
  at: number;
}

/** Where somebody was last; a page may have several lists, and the keys belong to the one that was used last. */
let latest: Place | undefined;

/**
 * Keyboard navigation between `LIST_ITEM`s inside the returned ref: J and K anywhere on the page; arrows,
 * Home and End inside; Esc leaves the list. With `columns`, H, L and the side arrows move between
 * `LIST_COLUMN`s. J and K go on from where somebody was, also if a button has the focus since, as after a menu.
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
  const place = useRef<Place | undefined>(undefined);
  const leave = useRef(onEscape);
  leave.current = onEscape;

  useEffect(() => {
    if (disabled) return;
    const onFocus = ({ target }: FocusEvent) => {
      const root = list.current;
      if (!root || !(target instanceof Element) || !root.contains(target)) return;
      const items = itemsOf(root);
      const at = indexOf(items, target, root);
      const item = items[at];
      if (item) latest = place.current = { list: root, item, at };
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const root = list.current;
      if (!root || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
      const own = place.current ?? (latest?.list.isConnected ? undefined : latest);
      if (event.key === "Escape" && hasLeftField(event.target)) {
        // Back to the row from which a search began. Not where the next Esc would leave the page.
        const items = leave.current || latest !== own ? [] : itemsOf(root);
        const before = items[foundAgain(items, own)];
        if (before) focusOn(before);
        return;
      }
      if (event.defaultPrevented || belongsElsewhere(event.target)) return;
      const items = itemsOf(root);
      const active = document.activeElement;
      const current = indexOf(items, active, root);
      if (event.key === "Escape") {
        if (current < 0) return;
        if (leave.current) leave.current();
        else if (active instanceof HTMLElement) active.blur();
        return;
      }
      if (current < 0 && isUsed(latest?.list, root)) return;
      const from = current < 0 ? foundAgain(items, own) : current;
      const among = columns ? columnOf(items, from) : items;
      const next =
        from < 0 && own?.list === root
          ? besideGap(event.key, items, own.at)
          : target(event.key, among, items[from], items, current >= 0);
      if (!next) return;
      event.preventDefault();
      focusOn(next);
    };
    window.addEventListener("focusin", onFocus);
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("focusin", onFocus);
      window.removeEventListener("keydown", onKeyDown);
    };
  }, [disabled, columns]);

  return list;
}

function focusOn(item: HTMLElement): void {
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const isSeen = (element: HTMLElement) => element.offsetParent !== null;

const itemsOf = (root: HTMLElement) =>
  [...root.querySelectorAll<HTMLElement>("[data-list-item]")].filter(isSeen);

/** The number of the item with `active` in it, or in its row: a checkbox, a menu's button. */
function indexOf(items: HTMLElement[], active: Element | null, root: HTMLElement): number {
  const inside = items.findIndex((item) => item.contains(active));
  if (inside >= 0) return inside;
  const row = active?.closest("li, article");
  if (!row || row === root || !root.contains(row)) return -1;
  return items.findIndex((item) => row.contains(item));
}

/** The number of the item where somebody was. A list that was gone meanwhile has new elements for what it shows. */
function foundAgain(items: HTMLElement[], place: Place | undefined): number {
  if (!place) return -1;
  const same = items.indexOf(place.item);
  const href = place.item.getAttribute("href");
  return same >= 0 || href === null ? same : items.findIndex((item) => item.getAttribute("href") === href);
}

/** Whether another list than `root` has the keys. */
const isUsed = (other: HTMLElement | undefined, root: HTMLElement) =>
  other !== undefined && other !== root && other.isConnected && itemsOf(other).length > 0;

/** Whether Esc has just taken the focus out of a text field, which then nothing has. */
const hasLeftField = (target: EventTarget | null) =>
  target instanceof HTMLInputElement && target.isConnected && document.activeElement === document.body;

/** J and K from between two items, where one was removed. */
function besideGap(key: string, items: HTMLElement[], at: number): HTMLElement | undefined {
  if (key.toLowerCase() === "j") return items[at] ?? items.at(-1);
  if (key.toLowerCase() === "k") return items[at - 1] ?? items[0];
  return undefined;
}

/** The items in the column of item `current`; all items if it is in none. */
function columnOf(items: HTMLElement[], current: number): HTMLElement[] {
  const column = items[current]?.closest("[data-list-column]");
  return column ? items.filter((item) => column.contains(item)) : items;
}

/**
 * The item to move to: up and down in `items`, sideways in `all`; in a plain list both are the same. Arrows move only
 * where the focus is inside.
 */
function target(
  key: string,
  items: HTMLElement[],
  active: HTMLElement | undefined,
  all: HTMLElement[],
  isInside: boolean,
): HTMLElement | undefined {
  const lower = key.toLowerCase();
  const current = active ? items.indexOf(active) : -1;
  if (lower === "j") return items[Math.min(current + 1, items.length - 1)];
  if (lower === "k") return items[current < 0 ? items.length - 1 : Math.max(current - 1, 0)];
  if (!active || !isInside) return undefined;
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
