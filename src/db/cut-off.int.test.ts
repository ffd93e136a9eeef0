import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DatabaseProxy, startProxy } from "../chaos/proxy";
import { testDatabase } from "../test/database";
import { closeDatabase, type Db, openDatabase } from "./client";
import { CONNECTION_LOST, faultCodes } from "./fault-codes";

const database = testDatabase();
let proxy: DatabaseProxy;
let db: Db;

beforeEach(async () => {
  proxy = await startProxy(database.url);
  db = openDatabase(proxy.url, { name: "cut off", max: 2, statementMs: 1_000, idleMs: 1_000 });
});
afterEach(async () => {
  await closeDatabase(db, 1);
  await proxy.close();
});

const isLost = (error: unknown) => faultCodes(error).includes(CONNECTION_LOST);
const add = (key: string) => sql`insert into rate_limits (key) values (${key})`;
const isThere = async (key: string) =>
  (await database.db.execute(sql`select 1 from rate_limits where key = ${key}`)).rows.length === 1;

describe("a connection that is cut without a word", () => {
  it("fails the query that waits on it, and the pool goes on once there is a way again", async () => {
    await db.execute(sql`select 1`);
    proxy.cut();
    await expect(db.execute(sql`select 2`)).rejects.toSatisfy(isLost);
    proxy.heal({ late: false });
    expect((await db.execute(sql`select 3 as n`)).rows).toEqual([{ n: 3 }]);
  });

  it("leaves no lock behind where it was in a transaction", async () => {
    const failing = db.transaction(async (tx) => {
      await tx.execute(add("held"));
      proxy.cut();
      await tx.execute(sql`select 1`);
    });
    await expect(failing).rejects.toThrow();
    // Waits for the row of the transaction that hangs, until the server has ended that.
    await database.db.execute(add("held"));
    expect(await isThere("held")).toBe(true);
    await database.db.execute(sql`delete from rate_limits where key = 'held'`);
    proxy.heal({ late: true });
  });

  it("is noticed by one that only listens", async () => {
    const heard: string[] = [];
    let listening = 0;
    await db.$client.listen(
      "cut_off",
      (payload) => heard.push(payload),
      () => listening++,
    );
    proxy.cut();
    proxy.heal({ late: false });
    await expect.poll(() => listening).toBe(2);
    await database.db.execute(sql`select pg_notify('cut_off', 'again')`);
    await expect.poll(() => heard).toContain("again");
  });
});

describe("a statement that takes too long", () => {
  it("is ended by the server, and its connection goes on", async () => {
    await expect(db.execute(sql`select pg_sleep(5)`)).rejects.toMatchObject({ cause: { code: "57014" } });
    expect((await db.execute(sql`select 1 as n`)).rows).toEqual([{ n: 1 }]);
  });
});
