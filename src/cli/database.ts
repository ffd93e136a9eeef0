import { type Db, withPool } from "../db/client";
import { findEmbeddedPostgres, startEmbeddedPostgres } from "../db/embedded";
import { isSchemaCurrent, migrate, refuseNewerSchema } from "../db/migrate";
import { AppError } from "../lib/errors";
import { readSettings, type Settings } from "../lib/settings";
import { waitFor } from "../lib/wait-for";
import { migrateQueue } from "../queue/migrate";
import { refuseHalfRestored } from "./backup/half-restored";
import { makeDataFolder } from "./data-folder";
import { findHolder, lockInstance } from "./instance-lock";
import { say } from "./output";

/** A supervisor that is just starting has its database ready within this time. */
const STARTING_MS = 15_000;

/**
 * Calls `work` with the address of the configured database: DATABASE_URL, else the embedded one, which is
 * started just for this call if it is not running.
 */
export async function withDatabaseUrl<T>(
  work: (url: string, settings: Settings) => Promise<T>,
  settings = readSettings(),
): Promise<T> {
  const running = settings.databaseUrl ?? (await findRunning(settings.dataDir));
  if (running) return work(running, settings);
  await makeDataFolder(settings.dataDir);
  refuseHalfRestored(settings.dataDir);
  const lock = await lockInstance(settings.dataDir);
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: settings.dataDir, log: say });
    try {
      await migrate(postgres.url, { queue: migrateQueue });
      return await work(postgres.url, settings);
    } finally {
      await postgres.stop();
    }
  } finally {
    await lock.release();
  }
}

/** As `withDatabaseUrl`, with an open pool. Throws CONFLICT if the schema is older than this program. */
export async function withDatabase<T>(work: (db: Db) => Promise<T>): Promise<T> {
  return withDatabaseUrl((url) => withCurrentPool(url, "command", work));
}

/** As `withPool`. Throws CONFLICT if the schema is older than this program. */
export function withCurrentPool<T>(url: string, name: string, work: (db: Db) => Promise<T>): Promise<T> {
  return withPool(url, name, async (db) => {
    if (await isSchemaCurrent(db)) {
      await refuseNewerSchema(db);
      return work(db);
    }
    throw new AppError("CONFLICT", "The database is not up to date. Run npx phaseboard migrate first.");
  });
}

/** The address of the embedded database of a running supervisor, or null. Waits if the supervisor is just starting. */
export async function findRunning(dataDir: string): Promise<string | null> {
  let url: string | null = null;
  await waitFor(async () => {
    const holder = await findHolder(dataDir);
    // Without a supervisor, a running database is a left-over that the next start will end.
    url = holder ? await findEmbeddedPostgres(dataDir) : null;
    return !holder || url !== null;
  }, STARTING_MS);
  return url;
}
