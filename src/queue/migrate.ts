import { runMigrations } from "graphile-worker";
import { Pool } from "pg";

/** Brings graphile-worker's own tables up to date. `lockTimeoutMs`: how long a statement may wait for a lock. */
export async function migrateQueue(url: string, lockTimeoutMs: number): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1, options: `-c lock_timeout=${lockTimeoutMs}` });
  // Without listeners a connection that breaks would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  try {
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
}
