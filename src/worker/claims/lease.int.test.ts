import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { type DatabaseProxy, startProxy } from "../../chaos/proxy";
import { DEFINITIONS_FOLDER } from "../../features/definitions/files";
import { isAlive } from "../../lib/process-tree";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { hostPids } from "../../test/host-pids";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

let proxy: DatabaseProxy;
let made: MadeProject;
/** Of a step that is held. */
let run_id: string;
let first: number;

const pids = async () =>
  (await readFile(join(made.project.path, "pids"), "utf8").catch(() => ""))
    .split("\n")
    .filter(Boolean)
    .map(Number);

beforeEach(async () => {
  const { db } = database;
  // A peer on another machine, which does nothing but live: nobody else could end the step here.
  await db.execute(sql`
    insert into workers (id, host, pid, pool_id, heartbeat_at)
    values ('peer', 'elsewhere', 1, 'peer', now() + interval '1 hour') on conflict do nothing`);
  proxy = await startProxy(database.url);
  await startWorkerProcess(proxy.url);
  const body = "echo $$ >> pids; while [ ! -e go ]; do sleep 0.1; done";
  made = await makeProject(db, { steps: [scriptStep("long", body)] });
  run_id = (await makeRun(db, made)).run.id;
  await enqueueAdvance(db, run_id);
  await expect.poll(pids).toHaveLength(1);
  // Two beats, of which the later one has seen the peer.
  await sleep(2_500);
  [first = 0] = hostPids(made.project.path, await pids());
  expect(isAlive(first)).toBe(true);
});

it("a worker that is cut off from the database ends its steps by itself, and goes on once it is back", async () => {
  const { db } = database;
  proxy.cut();
  await expect.poll(() => isAlive(first)).toBe(false);
  expect((await readRun(db, run_id)).run.claimed_by).not.toBeNull();

  proxy.heal({ late: true });
  await expect.poll(pids, { timeout: 60_000 }).toHaveLength(2);
  await writeFile(join(made.project.path, "go"), "");
  await untilRun(db, run_id, "completed");
  expect((await readRun(db, run_id)).steps.map(({ status, attempt }) => [status, attempt])).toEqual([
    ["completed", 1],
  ]);
  await proxy.close();
}, 150_000);

it("code that has begun while its claim is on its way goes on", async () => {
  const { db } = database;
  const folder = join(made.project.path, DEFINITIONS_FOLDER);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "begins.ts"),
    `import { appendFileSync } from "node:fs";
import { defineWorkflow } from "phaseboard";
export default defineWorkflow({
  name: "Begins", phases: ["work"],
  async run({ step }) {
    appendFileSync("begun", process.pid + "\\n");
    await step.function("only", () => 1);
  },
});
`,
  );
  const project_id = made.project.id;
  const caller = callerOf(db, made.owner);
  await caller.definitions.sync({ project_id });
  const begun = () => readFile(join(made.project.path, "begun"), "utf8").catch(() => "");
  const begin = () =>
    caller.runs.create({ project_id, workflow_definition_id: "begins", name: "Begins", args: {} });

  const waits = async (what: string) =>
    (
      await db.execute(sql`
        select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like ${`%${what}%`}`)
    ).rows.length > 0;

  const id = await db.transaction(async (held) => {
    const id = await db.transaction(async (tx) => {
      // The claim is written with a reference to its worker, so it waits for the worker's row.
      await tx.execute(sql`select 1 from workers where host <> 'elsewhere' for update`);
      const { id } = await begin();
      await expect.poll(() => waits('"epoch" = ')).toBe(true);
      // The events are the last that it writes, after the code was started.
      await held.execute(sql`lock table workflow_events in share mode`);
      return id;
    });
    await expect
      .poll(async () => [(await begun()) !== "", await waits("insert into workflow_events")])
      .toEqual([true, true]);
    proxy.cut();
    return id;
  });
  await expect.poll(() => isAlive(first)).toBe(false);
  proxy.heal({ late: true });
  await untilRun(db, id, "completed");
  expect((await begun()).trim().split("\n")).toHaveLength(1);
  await proxy.close();
}, 150_000);
