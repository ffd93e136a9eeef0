import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

/** JSON of more bytes than this is left out of what it stands in; the address of an output is there instead. */
export const INLINE_BYTES = 4 * 1024;

/** Characters of an error that are shown; all of it is in the log. */
const ERROR_LENGTH = 16 * 1024;

/**
 * The output of a row as it is told: itself where it is small, else null with its address. A large one is not
 * even read: its size is a column of its own. `url` gives its address, as SQL.
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

/** What an output as `outputColumns` gives it brings along. */
export const inlineBytes = (output_bytes: PgColumn): SQL =>
  sql`case when ${output_bytes} <= ${sql.raw(String(INLINE_BYTES))} then ${output_bytes} else 0 end`;

/** The beginning of a text that anything may have written. */
export const shownError = (text: PgColumn): SQL<string | null> =>
  sql<string | null>`left(${text}, ${sql.raw(String(ERROR_LENGTH))})`;

/** Bytes of a column in what it is shown as; 0 where there is none. It reads no text that is kept apart. */
export const textBytes = (text: PgColumn): SQL => sql`coalesce(octet_length(${text}), 0)`;

/** As `textBytes` of an error, as far as it is shown. */
export const errorBytes = (text: PgColumn): SQL =>
  sql`least(coalesce(octet_length(${text}), 0), ${sql.raw(String(4 * ERROR_LENGTH))})`;

/** As `textBytes` of JSON, which has to be read for it: for what is some KB at most. */
export const jsonBytes = (json: PgColumn): SQL => sql`coalesce(octet_length(${json}::text), 0)`;
