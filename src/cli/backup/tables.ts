import type { ClientBase } from "pg";

/** A table and its columns that hold something of their own, in their order. */
export interface TableColumns {
  name: string;
  columns: string[];
}

/**
 * Tables that say what runs now: processes, and counters of the last minutes. The queue's tables are in another schema;
 * workers make its jobs anew from the runs' rows.
 */
const OF_NOW = ["workers", "rate_limits"];

/** The tables of an installation that are kept, by name. */
export async function listTables(client: ClientBase): Promise<TableColumns[]> {
  const { rows } = await client.query<TableColumns>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
       and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     group by c.relname order by c.relname`,
    [OF_NOW],
  );
  return rows;
}
