import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import type { Db } from "../db/client";
import { testDatabase } from "../test/database";
import { rehearse } from "./rehearsal";

const database = testDatabase({ fresh: true });

/** The database, and what was asked of it. */
function counted() {
  const asked: string[] = [];
  const $client = (strings: TemplateStringsArray, ...values: never[]) => {
    asked.push(strings.join("?"));
    return database.db.$client(strings, ...values);
  };
  return { db: { $client } as unknown as Db, asked };
}

it("takes a run to its end as the engine does, and writes nothing", async () => {
  const { db, asked } = counted();
  expect(await rehearse(db)).toBe("completed");
  expect(asked).toHaveLength(40);
  const [rows] = await database.db.execute<{ runs: number; kept: number; events: number }>(sql`
    select (select count(*) from workflow_runs)::int as runs, (select count(*) from workflow_checkpoints)::int as kept,
           (select count(*) from workflow_events)::int as events`);
  expect(rows).toEqual({ runs: 0, kept: 0, events: 0 });
});

it("comes to its end early where the worker has something to do", async () => {
  const { db, asked } = counted();
  expect(await rehearse(db, () => true)).toBe("completed");
  expect(asked).toHaveLength(1);
});
