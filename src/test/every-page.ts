import type { Page } from "../lib/page";

/** All rows of a list, page after page. */
export async function everyPage<T>(
  read: (place: { cursor?: string; limit: number }) => Promise<Page<T>>,
  limit = 200,
): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await read(cursor ? { cursor, limit } : { limit });
    rows.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return rows;
}
