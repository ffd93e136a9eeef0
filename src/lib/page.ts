import { z } from "zod";
import { AppError } from "./errors";
import { inputOf } from "./input";

/** Size of a page where the caller says none. */
export const DEFAULT_LIMIT = 50;
/** Rows that a page has at most. */
export const MAX_LIMIT = 200;

/**
 * Bytes of the rows of a page, more or less: what goes past them begins the next page. One row always goes, so
 * whoever keeps rows bounds each of them.
 */
export const PAGE_BYTES = 256 * 1024;

/** What every list takes. */
export const PageInput = inputOf({
  cursor: z.string().max(4_000).describe("The `next_cursor` of the page before.").optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .describe("Rows of a page at most. A page of long rows has fewer."),
});
export type PageInput = z.output<typeof PageInput>;

/** What stands beside a page that is a part of something larger: the place in its list to go on from. */
export const NextCursor = z.string().nullable();

/** What every list gives: `next_cursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: NextCursor });

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** The first of them, as many as go into a page: of a list that no cursor goes on with. */
export function firstOf<T>(items: readonly T[], most = MAX_LIMIT): T[] {
  let bytes = 0;
  return items.slice(0, most).filter((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return bytes <= PAGE_BYTES;
  });
}

/** What each part of a cursor stands for: a time, a whole number, or any text. */
export type KeyKind = "time" | "number" | "text";

const KEYS: Record<KeyKind, RegExp> = {
  time: /^\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+00(:00)?)$/,
  number: /^-?\d{1,9}$/,
  text: /^[^\0]*$/,
};

/** The place of a row in its list: what the list is ordered by, as text. */
export function encodeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

/** Throws BAD_REQUEST where the cursor is none of this list. */
export function decodeCursor(cursor: string, kinds: readonly KeyKind[]): string[] {
  const keys = parsed(cursor);
  const fits = keys.length === kinds.length && kinds.every((kind, at) => isKey(kind, keys[at]));
  if (fits) return keys as string[];
  throw new AppError("BAD_REQUEST", "The cursor is not one that this list gave. Start from the first page.", [
    { path: "cursor", message: "is not a cursor" },
  ]);
}

function isKey(kind: KeyKind, key: unknown): boolean {
  if (typeof key !== "string" || !KEYS[kind].test(key)) return false;
  return kind !== "time" || isDay(key.slice(0, 10), key.slice(11).replace(/\+00(:00)?$/, "Z"));
}

/** JavaScript takes the 30th of February for the 2nd of March, and Postgres knows no year 0. */
function isDay(day: string, time: string): boolean {
  const at = new Date(`${day}T${time}`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) && !day.startsWith("0000");
}

function parsed(cursor: string): unknown[] {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}
