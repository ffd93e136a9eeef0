import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { type ClientBase, Pool } from "pg";
import journal from "../../drizzle/meta/_journal.json";
import { AppError } from "../lib/errors";
import { readSettings } from "../lib/settings";
import { applyMigrations, isLocked, newerSchema, withPatience } from "./apply-migrations";
import type { Db } from "./client";

const MINIMUM_VERSION = 15;
/** Key of the advisory lock for migrations; other processes wait for it. */
const LOCK_KEY = 7_417_273;
/** `created_at` in drizzle.__drizzle_migrations of the migrations that this program knows. */
const KNOWN = journal.entries.map((entry) => entry.when);

export interface MigrateOptions {
  /** Migrates the queue's tables, after ours and under the same lock. */
  queue: (url: string, lockTimeoutMs: number) => Promise<void>;
  /** Milliseconds to wait for another process that migrates. */
  deadlineMs?: number;
  /** Milliseconds that a statement waits for a table's lock; whoever comes behind it waits as long. */
  lockTimeoutMs?: number;
  /** Milliseconds for which a migration is tried again where a table is locked. */
  patienceMs?: number;
  /** Only the migrations with these times, and not the queue's: the schema of an older version. */
  only?: number[];
}

/**
 * Migrates the schema in the first process that comes; the others wait. Throws `AppError` with the mend where the
 * server is too old, the deadline passes, or a table stays locked. A failed migration is rolled back; those before it stay.
 */
export async function migrate(url: string, options: MigrateOptions): Promise<void> {
  const { queue, deadlineMs = 60_000, lockTimeoutMs = 500, patienceMs = 60_000, only } = options;
  // The migration that adds projects_made_by_us uses this to tell which folders Phaseboard made.
  const root = await realpath(join(readSettings().dataDir, "projects")).catch(() => "");
  const parameters = { lock_timeout: lockTimeoutMs, TimeZone: "UTC", "phaseboard.projects_root": root };
  const pool = new Pool({
    connectionString: url,
    max: 2,
    application_name: "phaseboard migrate",
    options: Object.entries(parameters)
      .map(([name, value]) => `-c ${name}=${String(value).replace(/[\s\\]/g, "\\$&")}`)
      .join(" "),
  });
  // Without a listener, a broken connection would end this process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  try {
    const lock = await pool.connect();
    try {
      await checkServer(lock);
      await takeLock(lock, deadlineMs);
      await withPatience(() => applyMigrations(lock, only), patienceMs);
      if (!only) await withPatience(() => queue(url, lockTimeoutMs), patienceMs);
    } catch (error) {
      throw isLocked(error) ? await blocked(pool, patienceMs) : error;
    } finally {
      // Closing the session releases the lock.
      lock.release(true);
    }
  } finally {
    await pool.end();
  }
}

/** Whether all known migrations are applied, the queue's too. Throws where the database does not answer. */
export async function isSchemaCurrent(db: Pick<Db, "execute">): Promise<boolean> {
  const [tables] = (
    await db.execute<{ ready: boolean }>(sql`
    select to_regclass('drizzle.__drizzle_migrations') is not null
       and to_regclass('graphile_worker.migrations') is not null as ready`)
  ).rows;
  if (!tables?.ready) return false;
  const [row] = (
    await db.execute<{ applied: number }>(sql`
    select count(distinct created_at)::int as applied from drizzle.__drizzle_migrations where created_at in ${KNOWN}`)
  ).rows;
  return row?.applied === KNOWN.length;
}

/** Times of the migrations that the database has. */
export async function listMigrations(db: Pick<Db, "execute">): Promise<number[]> {
  const { rows } = await db.execute<{ when: number }>(sql`
    select created_at::float8 as when from drizzle.__drizzle_migrations order by created_at`);
  return rows.map((row) => row.when);
}

/** Those of the migrations, by their times, that only a newer version of this program knows. */
export const unknownMigrations = (times: number[]) => times.filter((when) => !KNOWN.includes(when));

/**
 * Throws CONFLICT where a newer version of this program has migrated the database: this one would write rows that the
 * newer one does not expect.
 */
export async function refuseNewerSchema(db: Pick<Db, "execute">): Promise<void> {
  if (unknownMigrations(await listMigrations(db)).length > 0) throw newerSchema();
}

async function checkServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int / 10000 as version",
  );
  const version = rows[0]?.version ?? 0;
  if (version >= MINIMUM_VERSION) return;
  throw new AppError(
    "CONFLICT",
    `DATABASE_URL leads to PostgreSQL ${version}, and Phaseboard needs ${MINIMUM_VERSION} or newer. Point it at a newer server, or leave it out to use the embedded one.`,
  );
}

/** Polls for the lock: waiting for it in the server would hold a snapshot open. */
async function takeLock(lock: ClientBase, deadlineMs: number): Promise<void> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const { rows } = await lock.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [
      LOCK_KEY,
    ]);
    if (rows[0]?.taken) return;
    if (performance.now() >= end) {
      throw new AppError(
        "CONFLICT",
        `Another process has been migrating this database for ${seconds(deadlineMs)}. Wait for it, or end the session named "phaseboard migrate", then start again.`,
      );
    }
    await sleep(100);
  }
}

async function blocked(pool: Pool, patienceMs: number): Promise<AppError> {
  const { rows: sessions } = await pool
    .query<{ pid: number; name: string }>(`
      select pid, application_name as name from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and xact_start is not null and backend_type = 'client backend'
      order by xact_start limit 3`)
    .catch(() => ({ rows: [] }));
  const names = sessions.map(({ pid, name }) => `${pid}${name ? ` (${name})` : ""}`).join(", ");
  return new AppError(
    "CONFLICT",
    `A migration tried for ${seconds(patienceMs)} to lock a table that another session has locked, and gave up; it has changed nothing. End that session${names ? `, it is one of: ${names}` : ""}, then start again.`,
  );
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(1))} s`;
}
