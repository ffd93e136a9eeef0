import { runMigrations } from "graphile-worker";
import { Pool } from "pg";

/** Migrates graphile-worker's tables. `lockTimeoutMs`: milliseconds that a statement may wait for a lock. */
export async function migrateQueue(url: string, lockTimeoutMs: number): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1, options: `-c lock_timeout=${lockTimeoutMs}` });
  // Without a listener, a broken connection would end this process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  try {
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
}
