import { z } from "zod";
import { AppError } from "./errors";
import { inputOf } from "./input";
import { DEFAULT_LIMIT, MAX_LIMIT } from "./page-size";

/**
 * Approximate limit for the bytes of a page; further rows go to the next page. A page has at least one row, so each row
 * needs a limit of its own.
 */
export const PAGE_BYTES = 256 * 1024;

/** The input of every list. */
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

/** The cursor beside a partial list: where to go on. */
export const NextCursor = z.string().nullable();

/** The output of every list; `next_cursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: NextCursor });

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** As many of the first items as fit into a page, for a list without a cursor. */
export function firstOf<T>(items: readonly T[], most = MAX_LIMIT): T[] {
  let bytes = 0;
  return items.slice(0, most).filter((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return bytes <= PAGE_BYTES;
  });
}

/** The type of each part of a cursor: a time, a whole number, or any text. */
export type KeyKind = "time" | "number" | "text";

const KEYS: Record<KeyKind, RegExp> = {
  time: /^\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+00(:00)?)$/,
  number: /^-?\d{1,9}$/,
  text: /^[^\0]*$/,
};

/** A row's place in its list: the values that the list is sorted by, as text. */
export function encodeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

/** Throws BAD_REQUEST where the cursor is not of this list. */
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

/** False for days that do not exist, which JavaScript would shift, and for the year 0, which Postgres refuses. */
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
