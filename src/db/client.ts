import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { DbPool } from "./pool";
import * as agents from "./schema/agents";
import * as comments from "./schema/comments";
import * as definitions from "./schema/definitions";
import * as events from "./schema/events";
import * as idempotency from "./schema/idempotency";
import * as projects from "./schema/projects";
import * as runs from "./schema/runs";
import * as storage from "./schema/storage";
import * as triggers from "./schema/triggers";
import * as users from "./schema/users";

const schema = {
  ...users,
  ...projects,
  ...definitions,
  ...runs,
  ...agents,
  ...comments,
  ...events,
  ...storage,
  ...idempotency,
  ...triggers,
};

export type Db = NodePgDatabase<typeof schema> & { $client: DbPool };
/** A transaction; every write command makes one and emits its events into it. */
export type Tx = Parameters<Parameters<Db["transaction"]>[0]>[0];

/**
 * A database that only reads, as a command has it of its caller. Both `Db` and `Tx` are one. `execute` is for queries in
 * SQL.
 */
export type ReadDb = Pick<Db, "select" | "selectDistinct" | "selectDistinctOn" | "execute" | "$count">;

export interface DatabaseOptions {
  max?: number;
  name: string;
  /** Limit of a statement in milliseconds, by the server; without an answer the connection is closed. Absent: none. */
  statementMs?: number;
  /** Milliseconds that a transaction may wait for this process while it holds locks, even after the process died. */
  idleMs?: number;
}

/** Extra milliseconds for the server to report that a statement took too long. */
const ANSWER_MS = 2_000;

/**
 * Opens a pool to `url`. Connections run in UTC and have the process's name in pg_stat_activity. After an outage, also
 * a silent one, the pool opens new ones.
 */
export function openDatabase(url: string, { statementMs, idleMs = 60_000, ...options }: DatabaseOptions): Db {
  const limits = [`-c idle_in_transaction_session_timeout=${idleMs}`];
  if (statementMs !== undefined) limits.push(`-c statement_timeout=${statementMs}`);
  const client = new DbPool({
    connectionString: url,
    max: options.max ?? 10,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: `phaseboard ${options.name}`,
    // Generic plans: statements are planned once per connection, which works since their text varies with the filters.
    // No JIT: no statement runs long enough to gain from it.
    options: `-c TimeZone=UTC -c plan_cache_mode=force_generic_plan -c jit=off ${limits.join(" ")}`,
    ...(statementMs === undefined ? {} : { query_timeout: statementMs + ANSWER_MS }),
  });
  return drizzle(client, { schema });
}

/** Ends the pool, giving queries in flight `timeout` seconds. */
export async function closeDatabase(db: Db, timeout = 5): Promise<void> {
  await db.$client.close(timeout);
}

/** Runs `work` on a pool of one connection, which is closed afterwards. */
export async function withPool<T>(url: string, name: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase(url, { max: 1, name });
  try {
    return await work(db);
  } finally {
    await closeDatabase(db, 1);
  }
}
