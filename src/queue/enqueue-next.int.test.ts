import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { testDatabase } from "../test/database";
import { makeProject, makeRun } from "../test/factories";
import { enqueueNext } from "./enqueue-next";

const database = testDatabase();

const queued = async () =>
  (await database.db.execute<{ key: string }>(sql`select key from graphile_worker.jobs`)).rows.map(
    (job) => job.key,
  );

it("queues who is next, and leaves a run that somebody changes to them instead of waiting", async () => {
  const made = await makeProject(database.db, { max_concurrent_runs: 1 });
  const { run: first } = await makeRun(database.db, made);
  const { run: second } = await makeRun(database.db, made);
  await database.db.transaction(async (cancelling) => {
    await cancelling.execute(sql`select 1 from workflow_runs where id = ${first.id} for update`);
    // On another connection. It would wait for the run while holding the project, which the other wants next.
    await database.db.transaction(async (ending) => {
      await ending.execute(sql`set local lock_timeout = '2s'`);
      await enqueueNext(ending, made.project.id);
    });
    await cancelling.execute(
      sql`update projects set event_seq = event_seq + 1 where id = ${made.project.id}`,
    );
  });
  expect(await queued()).toContain(`run:${second.id}`);
  expect(await queued()).not.toContain(`run:${first.id}`);
});
