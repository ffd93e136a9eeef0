import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, scriptStep } from "../../test/factories";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { runWorker, type Worker } from "../main";

const database = testDatabase({ fresh: true });
let worker: Worker;
let made: MadeProject;

/** It waits until the file named by its arg is there. */
const BODY = 'while [ ! -e "$FILE" ]; do sleep 0.05; done';

beforeEach(async () => {
  // What the test before has left running would be taken over, and hold places.
  await database.db.execute(sql`delete from projects`);
  worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: "/tmp", drainMs: 1 });
});
afterEach(() => worker.drain());

async function setConcurrency(group: string, cancel_in_progress: boolean): Promise<void> {
  const steps = [scriptStep("one", BODY, { env: { FILE: "${{ args.file }}" } })];
  made = await makeProject(database.db, { steps, concurrency: { group, cancel_in_progress } });
}
const call = () => callerOf(database.db, made.owner).runs;
async function start(group: string): Promise<string> {
  const args = { group, file: `${made.project.path}/go-${group}` };
  const run = await call().create({
    ...{ project_id: made.project.id, workflow_definition_id: made.definition.id, name: group, args },
    priority: 0,
  });
  return run.id;
}
const statusOf = async (id: string) => (await readRun(database.db, id)).run.status;
const touch = (group: string) =>
  import("node:fs/promises").then(({ writeFile }) => writeFile(`${made.project.path}/go-${group}`, ""));

describe("runs of one group", () => {
  it("are under way one at a time, in their order, while other groups' go on", async () => {
    await setConcurrency("${{ args.group }}", false);
    const [first, second, third] = [await start("a"), await start("a"), await start("a")];
    await untilRun(database.db, first, "running");
    const other = await start("b");
    await untilRun(database.db, other, "running");
    expect(await statusOf(second)).toBe("pending");
    const { waiting_for } = await call().get({ id: third });
    expect(waiting_for).toMatchObject({ kind: "concurrency", run_id: first });
    // One that is paused has not ended.
    await call().pause({ id: first });
    await touch("a");
    await expect.poll(async () => (await readRun(database.db, first)).run.claimed_by).toBeNull();
    expect(await statusOf(second)).toBe("pending");
    await call().cancel({ id: second });
    await call().resume({ id: first });
    await untilRun(database.db, first, "completed");
    await untilRun(database.db, third, "completed");
    const rows = await Promise.all([first, third].map((id) => readRun(database.db, id)));
    expect(Date.parse(rows[1]?.run.started_at ?? "")).toBeGreaterThanOrEqual(
      Date.parse(rows[0]?.run.completed_at ?? ""),
    );
    expect((await readRun(database.db, second)).run.started_at).toBeNull();
    expect(await statusOf(other)).toBe("running");
  });

  it("are cancelled by a newer one where the definition says so, and it begins behind their processes", async () => {
    await setConcurrency("${{ args.group }}", true);
    const first = await start("a");
    await untilRun(database.db, first, "running");
    const other = await start("b");
    const [second, third] = await Promise.all([start("a"), start("a")]);
    const { rows: order } = await database.db.execute<{ id: string }>(
      sql`select id from workflow_runs where id in (${second}, ${third}) order by status`,
    );
    const [before, last] = order.map(({ id }) => id);
    expect(await statusOf(before ?? "")).toBe("cancelled");
    const { run, steps } = await readRun(database.db, first);
    expect(run).toMatchObject({
      status: "cancelled",
      error_message: 'Cancelled: another run of its group "a" was started',
    });
    expect(steps[0]?.status).toBe("failed");
    await untilRun(database.db, last ?? "", "running");
    expect((await readRun(database.db, first)).run.claimed_by).toBeNull();
    await touch("a");
    await untilRun(database.db, last ?? "", "completed");
    await untilRun(database.db, other, "running");
  });

  it("are none where the group comes to nothing, and no run starts whose group cannot be told", async () => {
    await setConcurrency("${{ args.group == 'x' ? 1 / 0 : '' }}", true);
    const ids = [await start("a"), await start("a")];
    for (const id of ids) await untilRun(database.db, id, "running");
    await expect(start("x")).rejects.toThrow("concurrency.group of the definition cannot be told");
  });
});
