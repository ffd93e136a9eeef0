interface Row<T> {
  of: (T | null)[];
  next: Row<T> | null;
}

/**
 * Puts what has the same key in several lists into one row, which has a place for each list. Rows are in the order of
 * the first list; what only a later one has comes behind what it follows there.
 */
export function align<T>(lists: readonly (readonly T[])[], keyOf: (item: T) => string): (T | null)[][] {
  const newRow = (next: Row<T> | null): Row<T> => ({ of: lists.map(() => null), next });
  const head = newRow(null);
  const byKey = new Map<string, Row<T>>();
  for (const [at, list] of lists.entries()) {
    let before = head;
    for (const item of list) {
      const key = keyOf(item);
      let row = byKey.get(key);
      if (!row) {
        row = newRow(before.next);
        before.next = row;
        byKey.set(key, row);
      }
      row.of[at] ??= item;
      before = row;
    }
  }
  const rows: (T | null)[][] = [];
  for (let row = head.next; row; row = row.next) rows.push(row.of);
  return rows;
}
