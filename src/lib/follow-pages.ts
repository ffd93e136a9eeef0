import type { Page } from "./page";

/** Rows per request: as many as a page may have. */
export const PAGE = 200;

/**
 * Rows from `first` on, over as many pages as needed, up to `most`. A row that moves between two pages is returned
 * once. `next_cursor`: where to go on.
 */
export async function followPages<T>(
  first: Page<T>,
  read: (cursor: string) => Promise<Page<T>>,
  { most = Number.POSITIVE_INFINITY, keyOf }: { most?: number; keyOf: (row: T) => string },
): Promise<Page<T>> {
  const rows = new Map(first.items.map((row) => [keyOf(row), row]));
  let { next_cursor } = first;
  while (next_cursor !== null && rows.size < most) {
    const page = await read(next_cursor);
    for (const row of page.items) rows.set(keyOf(row), row);
    next_cursor = page.next_cursor;
  }
  return { items: [...rows.values()], next_cursor };
}
