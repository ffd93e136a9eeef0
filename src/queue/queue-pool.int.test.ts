import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { logger } from "../lib/logger";
import { testDatabase } from "../test/database";
import { advanceJob } from "./enqueue";
import { startQueue } from "./queue";
import { createQueuePool } from "./queue-pool";

const database = testDatabase();
let pool: ReturnType<typeof createQueuePool>;

beforeAll(() => {
  pool = createQueuePool(database.url, 1);
});
afterAll(() => pool.end());

const take = () =>
  new Promise<() => void>((resolve, reject) => {
    pool.connect((error, _client, release) => (error ? reject(error) : resolve(() => release())));
  });

it("a connection that is given back twice is given back once, and stays with who took it next", async () => {
  const release = await take();
  release();
  expect(pool.idleCount).toBe(1);
  const releaseNext = await take();
  release();
  expect(pool).toMatchObject({ idleCount: 0, totalCount: 1 });
  releaseNext();
  expect(pool.idleCount).toBe(1);
});

it.each([0, 30, 500])("a stop %i ms after the start is no fault, and starts nothing again", async (ms) => {
  const warn = vi.spyOn(logger, "warn");
  const pools: string[] = [];
  const queue = startQueue({
    databaseUrl: database.url,
    concurrency: 1,
    onPool: (pool_id) => pools.push(pool_id),
    handlers: { async advance() {}, async file_logs() {} },
  });
  await new Promise((resolve) => setTimeout(resolve, ms));
  await queue.stop();
  expect(pools.length).toBeLessThanOrEqual(1);
  expect(warn.mock.calls).toEqual([]);
  warn.mockRestore();
});

it("a runner that shuts itself down is replaced, though a job of it is still in progress", async () => {
  const taken: string[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const queue = startQueue({
    databaseUrl: database.url,
    concurrency: 2,
    onPool: () => {},
    handlers: {
      async advance({ run_id }) {
        taken.push(run_id);
        if (run_id === "long") await finished;
      },
      async file_logs() {},
    },
  });
  const add = (run_id: string) =>
    database.db.execute(sql`select ${advanceJob(sql`${run_id}::text`, { priority: 1_000 })}`);
  await add("long");
  await expect.poll(() => taken).toContain("long");
  // As its own migrations tell who runs under an older schema.
  await database.db.execute(
    sql`select pg_notify('worker:migrate', '{"breaking":true,"migrationNumber":1000}')`,
  );
  // It takes no more from then on, which is a moment later.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await add("next");
  try {
    await expect.poll(() => taken).toContain("next");
  } finally {
    process.exitCode = undefined;
    finish();
    await queue.stop();
  }
});
