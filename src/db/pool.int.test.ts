import { sql } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { testDatabase } from "../test/database";
import { closeDatabase } from "./client";

const database = testDatabase();

/** Ends the session of a transaction from outside, as a server that is killed does. */
async function endSession(pid: number): Promise<void> {
  await database.db.execute(sql`select pg_terminate_backend(${pid}::int)`);
}

describe("queries", () => {
  it("are prepared once a connection, each text by a name of its own", async () => {
    // Tests ahead of this one may have prepared as many texts as a process keeps.
    vi.resetModules();
    const { openDatabase } = await import("./client");
    const db = openDatabase(database.url, { name: "test", max: 1 });
    try {
      for (const n of [1, 2, 3]) await db.execute(sql`select ${n}::int as n`);
      await db.execute(sql`select ${"x"}::text as t`);
      const { rows } = await db.execute<{ statement: string }>(sql`
        select statement from pg_prepared_statements where statement like 'select $1::%' order by statement`);
      expect(rows.map(({ statement }) => statement)).toEqual(["select $1::int as n", "select $1::text as t"]);
    } finally {
      await closeDatabase(db);
    }
  });

  it("give values in the forms that rows are described in", async () => {
    const [row] = (
      await database.db.execute(sql`
      select 1::int as i, 2::bigint as b, 1.5::float8 as f, true as t, '{"a":[1]}'::jsonb as j,
             'ab'::bytea as y, null as n, '2026-01-02T03:04:05.678Z'::timestamptz as at, array['x','y'] as l`)
    ).rows;
    expect(row).toEqual({
      i: 1,
      b: "2",
      f: 1.5,
      t: true,
      j: { a: [1] },
      y: Buffer.from("ab"),
      n: null,
      at: "2026-01-02 03:04:05.678+00",
      l: ["x", "y"],
    });
  });
});

describe("a transaction", () => {
  const count = async () => {
    const [row] = (await database.db.execute<{ n: number }>(sql`select count(*)::int as n from rate_limits`))
      .rows;
    return row?.n ?? -1;
  };
  const add = (key: string) => sql`insert into rate_limits (key) values (${key})`;

  it("is undone where it throws, and a nested one alone", async () => {
    const before = await count();
    const failing = database.db.transaction(async (tx) => {
      await tx.execute(add("outer"));
      throw new Error("changed our mind");
    });
    await expect(failing).rejects.toThrow("changed our mind");
    expect(await count()).toBe(before);
    await database.db.transaction(async (tx) => {
      await tx.execute(add("kept"));
      const nested = tx.transaction(async (inner) => {
        await inner.execute(add("kept"));
      });
      await expect(nested).rejects.toMatchObject({ cause: { code: "23505" } });
      await tx.execute(sql`delete from rate_limits where key = 'kept'`);
    });
    expect(await count()).toBe(before);
  });

  it("does not read as committed where a swallowed error has undone it", async () => {
    const failing = database.db.transaction(async (tx) => {
      await tx.execute(sql`select 1 / 0`).catch(() => {});
    });
    await expect(failing).rejects.toMatchObject({
      cause: { message: expect.stringContaining("rolled back") },
    });
  });

  it("whose connection is lost fails as a whole; no statement of it runs elsewhere", async () => {
    const before = await count();
    const failing = database.db.transaction(async (tx) => {
      await tx.execute(add("first"));
      const [own] = (await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)).rows;
      await endSession(own?.pid ?? 0);
      await tx.execute(add("second")).catch(() => {});
      await tx.execute(add("third"));
    });
    await expect(failing).rejects.toThrow();
    expect(await count()).toBe(before);
  });
});

describe("a listener", () => {
  it("comes back after its session was ended, and says so", async () => {
    const notify = (text: string) => database.db.execute(sql`select pg_notify('a channel', ${text})`);
    const heard: string[] = [];
    let listening = 0;
    const { unlisten } = await database.db.$client.listen(
      "a channel",
      (payload) => heard.push(payload),
      () => {
        listening++;
      },
    );
    await notify("one");
    await expect.poll(() => heard).toHaveLength(1);
    const { rows } = await database.db.execute<{ pid: number }>(sql`
      select pid from pg_stat_activity where query = 'listen "a channel"' and datname = current_database()`);
    await endSession(rows[0]?.pid ?? 0);
    await expect.poll(() => listening).toBe(2);
    await notify("two");
    await expect.poll(() => heard).toHaveLength(2);
    expect(heard).toEqual(["one", "two"]);
    await unlisten();
  });
});
