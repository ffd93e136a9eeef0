import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

/** JSON with more bytes than this is replaced by an address from which it can be read. */
export const INLINE_BYTES = 4 * 1024;

/** Characters of an error that are shown; the log has all of it. */
const ERROR_LENGTH = 16 * 1024;

/**
 * Columns of a row's output: the value where it is small, else null with its address. A large output is not read, since
 * its size has a column. `url`: SQL for the address.
 */
export function outputColumns(
  { output, output_bytes }: { output: PgColumn; output_bytes: PgColumn },
  url: SQL,
) {
  const isSmall = sql`${output_bytes} <= ${sql.raw(String(INLINE_BYTES))}`;
  return {
    output: sql<unknown>`case when ${isSmall} then ${output} end`.mapWith(output),
    output_bytes: sql<number | null>`${output_bytes}`,
    output_url: sql<string | null>`case when not ${isSmall} then ${url} end`,
  };
}

/** Bytes that an output adds to a row of `outputColumns`. */
export const inlineBytes = (output_bytes: PgColumn): SQL =>
  sql`case when ${output_bytes} <= ${sql.raw(String(INLINE_BYTES))} then ${output_bytes} else 0 end`;

/** The beginning of an error's text, which may be long. */
export const shownError = (text: PgColumn): SQL<string | null> =>
  sql<string | null>`left(${text}, ${sql.raw(String(ERROR_LENGTH))})`;

/** Bytes of a text column as shown; 0 for null. Does not read texts that Postgres stores apart from the row. */
export const textBytes = (text: PgColumn): SQL => sql`coalesce(octet_length(${text}), 0)`;

/** `textBytes` for an error, up to the part that is shown. */
export const errorBytes = (text: PgColumn): SQL =>
  sql`least(coalesce(octet_length(${text}), 0), ${sql.raw(String(4 * ERROR_LENGTH))})`;

/** `textBytes` for JSON. It reads the value, so use it only for small ones. */
export const jsonBytes = (json: PgColumn): SQL => sql`coalesce(octet_length(${json}::text), 0)`;
