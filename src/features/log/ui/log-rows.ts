import type { LogGroup } from "../../../lib/log-groups";

/** The rows that are shown of a log, and which line each is. Lines count from 1, rows from 0. */
export interface LogRows {
  count: number;
  lineAt(row: number): number;
  /** The row of a line, or of the line under which it is folded. */
  rowOf(line: number): number;
}

/** Hidden lines, both ends included. */
type Range = [number, number];

/** What is hidden where these groups are folded: all of their lines but the first. */
function hiddenBy(
  groups: readonly LogGroup[],
  isFolded: (group: LogGroup) => boolean,
  total: number,
): Range[] {
  const folded = groups.filter((group) => isFolded(group) && (group.end ?? total) > group.line);
  const ranges: Range[] = [];
  for (const { line, end } of folded.sort((one, other) => one.line - other.line)) {
    const last = ranges.at(-1);
    const [from, to] = [line + 1, Math.min(end ?? total, total)];
    if (last && line <= last[1]) last[1] = Math.max(last[1], to);
    else if (from <= to) ranges.push([from, to]);
  }
  return ranges;
}

/** The place of the last item for which `isBefore` holds, in a list where it holds at the beginning; -1: for none. */
function lastWhere<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = -1;
  let high = items.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isBefore(items[middle] as T)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Rows of all lines but those in folded groups. */
export function foldedRows(
  total: number,
  groups: readonly LogGroup[],
  isFolded: (group: LogGroup) => boolean,
): LogRows {
  const ranges = hiddenBy(groups, isFolded, total);
  /** For each range: the row behind it, and how many lines are hidden up to its end. */
  let hidden = 0;
  const ends = ranges.map(([from, to]) => {
    hidden += to - from + 1;
    return { from, to, hidden, row: to - hidden };
  });
  return {
    count: total - hidden,
    lineAt(row) {
      const before = ends[lastWhere(ends, (end) => end.row <= row)];
      return row + 1 + (before?.hidden ?? 0);
    },
    rowOf(line) {
      const before = ends[lastWhere(ends, ({ from }) => from <= line)];
      if (!before) return line - 1;
      return line <= before.to ? before.row - 1 : line - 1 - before.hidden;
    },
  };
}

/** Rows of these lines alone. */
export function someRows(lines: readonly { n: number }[]): LogRows {
  return {
    count: lines.length,
    lineAt: (row) => lines[row]?.n ?? 0,
    rowOf: (line) =>
      Math.max(
        0,
        lastWhere(lines, ({ n }) => n <= line),
      ),
  };
}
