import { useCallback, useMemo, useRef, useState } from "react";
import { isRunEnded } from "../../../model/states";
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

/** The selected runs among those on screen. Runs that have ended meanwhile are dropped. */
export function useRunSelection(runs: readonly RunListItem[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string | null>(null);
  const open = useMemo(() => runs.filter((run) => !isRunEnded(run.status)), [runs]);
  const latest = useRef(open);
  latest.current = open;
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
  return { chosen: open.filter((run) => selected.has(run.id)), toggle, clear };
}
