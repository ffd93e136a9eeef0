import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { RunListItem } from "../schema";

/**
 * Toggles `id` in `selected`; with `extend`, all rows from `anchor` to `id` get the new state of `id`. `ids`
 * are the selectable rows in their order on screen.
 */
export function withSelected(
  selected: ReadonlySet<string>,
  ids: readonly string[],
  { id, anchor, extend }: { id: string; anchor: string | null; extend: boolean },
): Set<string> {
  const next = new Set(selected);
  const on = !selected.has(id);
  const [from, to] = [extend && anchor !== null ? ids.indexOf(anchor) : -1, ids.indexOf(id)];
  const changed = from < 0 || to < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const each of changed) {
    if (on) next.add(each);
    else next.delete(each);
  }
  return next;
}

let isAnyChosen = false;
const watchers = new Set<() => void>();

function tellChosen(chosen: boolean): void {
  if (chosen === isAnyChosen) return;
  isAnyChosen = chosen;
  for (const watcher of watchers) watcher();
}

/** Whether runs are selected somewhere on the page; then the keys are theirs, and not those of the run in focus. */
export function useIsAnyChosen(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => isAnyChosen,
    () => false,
  );
}

/** The selected runs among those on screen. */
export function useRunSelection(runs: readonly RunListItem[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string | null>(null);
  const latest = useRef(runs);
  latest.current = runs;
  const toggle = useCallback((id: string, extend: boolean) => {
    const ids = latest.current.map((run) => run.id);
    if (!ids.includes(id)) return;
    const from = anchor.current;
    setSelected((before) => withSelected(before, ids, { id, anchor: from, extend }));
    anchor.current = id;
  }, []);
  const clear = useCallback(() => {
    setSelected(new Set());
    anchor.current = null;
  }, []);
  /** All that are loaded, or none where they are. */
  const toggleAll = useCallback(() => {
    const ids = latest.current.map((run) => run.id);
    setSelected((before) => (ids.every((id) => before.has(id)) ? new Set() : new Set(ids)));
  }, []);
  const chosen = runs.filter((run) => selected.has(run.id));
  const isAny = chosen.length > 0;
  useEffect(() => {
    tellChosen(isAny);
    return () => tellChosen(false);
  }, [isAny]);
  return { chosen, toggle, toggleAll, clear };
}
