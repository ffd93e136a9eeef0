import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { waitFor } from "../lib/wait-for";
import { testDatabase } from "../test/database";
import { closeDatabase, openDatabase } from "./client";
import { Closing } from "./closing";

const database = testDatabase();

/** Ends the session of a transaction from outside, as a server that is killed does. */
async function endSession(pid: number): Promise<void> {
  await database.db.$client`select pg_terminate_backend(${pid}::int)`;
}

describe("queries", () => {
  it("take values, lists, names and parts of queries", async () => {
    const { $client: query } = database.db;
    const part = (least: number) => query`and n > ${least}`;
    const rows = await query<{ n: number; t: string }[]>`
      select n, ${"it's"} as ${query("t")} from generate_series(1, 9) n
      where n in ${query([2, 3, 4, 5])} ${part(2)} ${query``} order by n`;
    expect(rows).toEqual([3, 4, 5].map((n) => ({ n, t: "it's" })));
    expect(rows.count).toBe(3);
    expect(await query`select 1 as n where 1 in ${query([])}`).toEqual([]);
  });

  it("give values in the forms that rows are described in", async () => {
    const [row] = await database.db.execute(sql`
      select 1::int as i, 2::bigint as b, 1.5::float8 as f, true as t, '{"a":[1]}'::jsonb as j,
             'ab'::bytea as y, null as n, '2026-01-02T03:04:05.678Z'::timestamptz as at, array['x','y'] as l`);
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
    const [row] = await database.db.execute<{ n: number }>(sql`select count(*)::int as n from rate_limits`);
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

  it("has a statement run behind its commit, and is not undone where that fails", async () => {
    const db = openDatabase(database.url, { name: "test", max: 1 });
    try {
      const before = await count();
      const behind = { text: "select 1 / count(*) from rate_limits where key = $1", values: ["missing"] };
      const { value } = await db.transaction(async (tx) => {
        await tx.execute(add("ahead"));
        return new Closing("done", [], behind);
      });
      expect(value).toBe("done");
      expect(await count()).toBe(before + 1);
      await db.transaction(
        async () => new Closing("done", [add("closing")], { text: "select 1", values: [] }),
      );
      expect(await count()).toBe(before + 2);
      await db.execute(sql`delete from rate_limits where key in ('ahead', 'closing')`);
    } finally {
      await closeDatabase(db);
    }
  });

  it("does not read as committed where a swallowed error has undone it", async () => {
    const failing = database.db.transaction(async (tx) => {
      await tx.execute(sql`select 1 / 0`).catch(() => {});
    });
    await expect(failing).rejects.toThrow("rolled back");
  });

  it("whose connection is lost fails as a whole; no statement of it runs elsewhere", async () => {
    const before = await count();
    const failing = database.db.transaction(async (tx) => {
      await tx.execute(add("first"));
      const [own] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
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
    const { $client: query } = database.db;
    const heard: string[] = [];
    let listening = 0;
    const { unlisten } = await query.listen(
      "a channel",
      (payload) => heard.push(payload),
      () => {
        listening++;
      },
    );
    await query.notify("a channel", "one");
    expect(await waitFor(() => heard.length === 1, 5_000)).toBe(true);
    const [session] = await query<{ pid: number }[]>`
      select pid from pg_stat_activity where query = 'listen "a channel"' and datname = current_database()`;
    await endSession(session?.pid ?? 0);
    expect(await waitFor(() => listening === 2, 5_000)).toBe(true);
    await query.notify("a channel", "two");
    expect(await waitFor(() => heard.length === 2, 5_000)).toBe(true);
    expect(heard).toEqual(["one", "two"]);
    await unlisten();
  });
});
