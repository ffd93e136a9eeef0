import { sql } from "drizzle-orm";
import { expect, it, vi } from "vitest";
import { testDatabase } from "../test/database";
import { runWorker } from "./main";

const database = testDatabase({ fresh: true });

it("a worker says that a newer version has migrated the database, and none starts behind that", async () => {
  const options = { databaseUrl: database.url, concurrency: 1, dataDir: "/tmp" };
  const onOutdated = vi.fn();
  const worker = await runWorker({ ...options, onOutdated });
  await database.db.execute(sql`
    insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9000000000000)`);
  await expect.poll(() => onOutdated.mock.calls).toEqual([[expect.stringMatching(/^A newer version.*\.$/)]]);
  await worker.drain();
  await expect(runWorker(options)).rejects.toThrow("A newer version of Phaseboard");
});
