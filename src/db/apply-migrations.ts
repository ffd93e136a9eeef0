import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { type ClientBase, escapeIdentifier } from "pg";
import { AppError } from "../lib/errors";
import { failpoint } from "../lib/failpoint";
import { packageRoot } from "../lib/package-root";
import { faultCodes } from "./fault-codes";

const LOCK_NOT_AVAILABLE = "55P03";
/** Milliseconds between two tries; those who queued behind us get through meanwhile. */
const PAUSE_MS = 300;

/** The error of a database that a newer version of this program has migrated. */
export const newerSchema = () =>
  new AppError(
    "CONFLICT",
    "A newer version of Phaseboard has migrated this database. Stop this one, and start the newer version.",
  );

/** Whether the error says that another session holds a table's lock. */
export const isLocked = (error: unknown) => faultCodes(error).includes(LOCK_NOT_AVAILABLE);

/**
 * Applies the migrations that the database lacks, in order, each in a transaction of its own. So locks are held for one
 * migration, and what is killed goes on where it was. `only`: those with these times alone. The client's `lock_timeout`
 * says how long a statement, and all who queue behind it, wait for a table.
 */
export async function applyMigrations(client: ClientBase, only?: number[]): Promise<void> {
  await client.query("create schema if not exists drizzle");
  await client.query(`create table if not exists drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`);
  const { rows } = await client.query<{ created_at: string }>(
    "select created_at from drizzle.__drizzle_migrations",
  );
  const applied = new Set(rows.map((row) => Number(row.created_at)));
  const migrations = readMigrationFiles({ migrationsFolder: join(packageRoot(), "drizzle") });
  if ([...applied].some((when) => migrations.every((migration) => migration.folderMillis !== when)))
    throw newerSchema();
  for (const migration of migrations) {
    const { folderMillis: when, hash, sql } = migration;
    if (applied.has(when) || (only && !only.includes(when))) continue;
    await client.query("begin");
    try {
      await lockTables(client, sql);
      for (const statement of sql) {
        failpoint("migrate:statement");
        await client.query(statement);
      }
      await client.query("insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)", [
        hash,
        when,
      ]);
      failpoint("migrate:commit");
      await client.query("commit");
    } catch (error) {
      await client.query("rollback").catch(() => {});
      throw error;
    }
  }
}

/** What a migration changes of a table that others write to, and so needs to have for itself. */
const CHANGED = /ALTER TABLE "(\w+)"|TRIGGER [^;]* ON "(\w+)"|REFERENCES "public"\."(\w+)"/g;

/**
 * Locks all tables that the migration changes ahead of its first statement. A lock that was asked for later could meet a
 * writer that waits for an earlier one, and Postgres would end the writer's transaction. Where one is not to be had, the
 * migration lets go of all before a writer's `deadlock_timeout`.
 */
async function lockTables(client: ClientBase, statements: string[]): Promise<void> {
  const named = statements.flatMap((statement) =>
    [...statement.matchAll(CHANGED)].flatMap(([, ...names]) => names.filter((name) => name !== undefined)),
  );
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename = any($1) order by 1",
    [named],
  );
  if (rows.length === 0) return;
  const tables = rows.map(({ name }) => `public.${escapeIdentifier(name)}`).join(", ");
  await client.query(`lock table ${tables} in access exclusive mode`);
}

/** Tries `work` again while a table is locked, for at most `patienceMs`; then throws that error. */
export async function withPatience(work: () => Promise<void>, patienceMs: number): Promise<void> {
  for (const end = performance.now() + patienceMs; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!isLocked(error) || performance.now() > end) throw error;
      await sleep(PAUSE_MS * (1 + Math.random()));
    }
  }
}
