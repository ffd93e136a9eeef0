import type { Client } from "pg";
import { AppError } from "../../lib/errors";

/** Of a restore in this database that has not ended. */
const MARKER = "phaseboard_restore";

/**
 * Takes an empty database for a restore. What an earlier restore that was broken off has made is removed; a database
 * with anything else is refused with CONFLICT.
 */
export async function emptyDatabase(client: Client): Promise<void> {
  const { rows } = await client.query<{ schema: string; tables: number }>(`
    select n.nspname as schema, count(c.oid)::int as tables
    from pg_namespace n left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm')
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' group by 1`);
  const isAgain = rows.some(({ schema }) => schema === MARKER);
  const isEmpty = rows.every(({ schema, tables }) => schema === "public" && tables === 0);
  if (!isAgain && !isEmpty) {
    throw new AppError(
      "CONFLICT",
      "The database is not empty. Restore into an empty one, which DATABASE_URL names.",
    );
  }
  // All of it was made by the earlier restore, which began with an empty database.
  const left = isAgain ? rows.map(({ schema }) => schema).filter((schema) => schema !== MARKER) : [];
  await client.query(`create schema if not exists ${MARKER}`);
  for (const schema of left) {
    await client.query(`drop schema "${schema.replaceAll('"', '""')}" cascade`);
  }
  await client.query("create schema if not exists public");
}
