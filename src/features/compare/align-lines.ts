import { diffArrays } from "diff";
import { maskLine } from "./mask-line";

/** Milliseconds after which the lines count as having nothing in common. */
const COMPARE_MS = 150;

interface Row<L> {
  same: boolean;
  left: L | null;
  right: L | null;
}

/**
 * Lines of two logs side by side: the same ones beside each other, and what stands in the one in place of something in
 * the other. `aligned` is false where no way was found in time; then each line stands beside the one with its place.
 */
export function alignLines<L extends { text: string }>(
  left: readonly L[],
  right: readonly L[],
): { aligned: boolean; rows: Row<L>[] } {
  const [before, after] = [left, right].map((lines) => lines.map(({ text }) => maskLine(text)));
  const parts = diffArrays(before ?? [], after ?? [], { timeout: COMPARE_MS });
  if (!parts) return { aligned: false, rows: besides(left, right) };
  const rows: Row<L>[] = [];
  let [l, r] = [0, 0];
  let gone: readonly L[] = [];
  const end = (added: readonly L[]) => {
    rows.push(...besides(gone, added));
    gone = [];
  };
  for (const { removed, added, count } of parts) {
    if (removed) {
      gone = [...gone, ...left.slice(l, l + count)];
      l += count;
    } else if (added) {
      end(right.slice(r, r + count));
      r += count;
    } else {
      end([]);
      for (let at = 0; at < count; at++) {
        rows.push({ same: true, left: left[l + at] ?? null, right: right[r + at] ?? null });
      }
      l += count;
      r += count;
    }
  }
  end([]);
  return { aligned: true, rows };
}

/** Lines that differ, pair by pair as far as they go. */
function besides<L>(left: readonly L[], right: readonly L[]): Row<L>[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => ({
    same: false,
    left: left[at] ?? null,
    right: right[at] ?? null,
  }));
}
