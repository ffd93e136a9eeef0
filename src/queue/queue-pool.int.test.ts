import { afterAll, beforeAll, expect, it } from "vitest";
import { testDatabase } from "../test/database";
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
