import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { decodeCursor, encodeCursor, type KeyKind, PAGE_BYTES, type PageInput } from "../lib/page";
import type { ReadDb } from "./client";

interface Key {
  value: SQLWrapper;
  kind: KeyKind;
}

/** A list that is read in pages, as parts of one statement. */
export interface Listing {
  /** Tables with their joins, as SQL. */
  from: SQL;
  where: SQL | undefined;
  /** The column that identifies a row, as text. It orders rows that are the same by `keys`. */
  id: SQLWrapper;
  /** The columns by which the list is sorted first. */
  keys: readonly Key[];
  /** True: all keys descending. */
  descending?: boolean;
  /** Approximate bytes of a row. The expression must not read large values. */
  bytes: SQL;
}

export interface PagePlace {
  ids: string[];
  next_cursor: string | null;
}

const CAST: Record<KeyKind, SQL> = {
  time: sql`timestamptz`,
  number: sql`integer`,
  text: sql`text`,
};

interface Row extends Record<string, unknown> {
  id: string;
  keys: string[];
  found: number;
}

/**
 * The rows of a page: at most `limit`, with at most `budget` bytes together, but at least one. Throws BAD_REQUEST for a
 * cursor of another list. One query, which does not read whole rows.
 */
export async function readPage(
  db: ReadDb,
  { from, where, id, keys: first, descending = false, bytes }: Listing,
  { cursor, limit }: PageInput,
  budget = PAGE_BYTES,
): Promise<PagePlace> {
  const keys: Key[] = [...first, { value: id, kind: "text" }];
  const direction = descending ? sql`desc` : sql`asc`;
  const after = cursor === undefined ? undefined : isBehind(keys, descending, cursor);
  const conditions = [where, after].filter((each) => each !== undefined);
  const names = keys.map((_, at) => sql.raw(`k${at}`));
  const order = sql.join(
    names.map((name) => sql`${name} ${direction}`),
    sql`, `,
  );
  // The limit is part of the text: a generic plan for any limit would read and sort the whole list.
  const { rows } = await db.execute<Row>(sql`
    select id, keys, found from (
      select id, json_build_array(${sql.join(
        names.map((name) => sql`${name}::text`),
        sql`, `,
      )}) as keys, (count(*) over ())::int as found, row_number() over (order by ${order}) as place,
             sum(bytes) over (order by ${order} rows unbounded preceding) as total
      from (
        select ${id} as id, (${bytes})::bigint as bytes, ${sql.join(
          keys.map(({ value }, at) => sql`${value} as ${names[at]}`),
          sql`, `,
        )}
        from ${from}
        ${conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``}
        order by ${sql.join(
          keys.map(({ value }) => sql`${value} ${direction}`),
          sql`, `,
        )}
        limit ${sql.raw(String(limit + 1))}
      ) page
    ) weighed
    where place <= ${sql.raw(String(limit))} and (place = 1 or total <= ${sql.raw(String(budget))})
    order by place`);
  const last = rows.at(-1);
  const more = last !== undefined && last.found > rows.length;
  return { ids: rows.map((row) => row.id), next_cursor: more ? encodeCursor(last.keys) : null };
}

function isBehind(keys: Key[], descending: boolean, cursor: string): SQL {
  const place = decodeCursor(
    cursor,
    keys.map(({ kind }) => kind),
  );
  const left = sql.join(
    keys.map(({ value }) => value),
    sql`, `,
  );
  const right = sql.join(
    keys.map(({ kind }, at) => sql`${place[at]}::${CAST[kind]}`),
    sql`, `,
  );
  return descending ? sql`(${left}) < (${right})` : sql`(${left}) > (${right})`;
}

/** Whether a column has one of these values, passed as one parameter. */
export const isOneOf = (column: SQL | { getSQL(): SQL }, ids: readonly string[]): SQL =>
  sql`${column} = any(${sql.param([...ids])}::text[])`;
