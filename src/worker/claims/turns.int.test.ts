import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { removeJobs } from "../../test/jobs";
import { readRun, untilRun } from "../../test/runs";
import { runWorker, type Worker } from "../main";

const database = testDatabase({ fresh: true });
const PLACES = 2;
const LONG = [scriptStep("long", "exec sleep 3600")];
const SHORT = [scriptStep("short", "exec sleep 0.4")];

let workers: Worker[] = [];
const startWorker = async () => {
  const worker = await runWorker({
    databaseUrl: database.url,
    concurrency: PLACES,
    dataDir: "/tmp",
    drainMs: 1,
  });
  workers.push(worker);
};

beforeEach(async () => {
  await database.db.execute(sql`delete from projects`);
  await removeJobs(database.db);
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.drain()));
  workers = [];
});

async function queueRuns(made: MadeProject, count: number, priority = 0): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const { run } = await makeRun(database.db, made);
    await database.db.execute(sql`update workflow_runs set priority = ${priority} where id = ${run.id}`);
    await enqueueAdvance(database.db, run.id, { priority });
    ids.push(run.id);
  }
  return ids;
}

const atWork = async (made: MadeProject) => {
  const { rows } = await database.db.execute(
    sql`select 1 from workflow_runs where project_id = ${made.project.id} and status = 'running'`,
  );
  return rows.length;
};

/** The projects' letters in the order in which their runs began. */
async function begun(projects: Record<string, MadeProject>): Promise<string> {
  const letters = new Map(Object.entries(projects).map(([letter, made]) => [made.project.id, letter]));
  const { rows: runs } = await database.db.execute<{ project_id: string }>(
    sql`select project_id from workflow_runs where started_at is not null order by started_at, id`,
  );
  return runs.map(({ project_id }) => letters.get(project_id)).join("");
}

describe("a worker's places", () => {
  it("leave one for each project that has no run at work, while another holds all of them", async () => {
    const a = await makeProject(database.db, { steps: LONG });
    await queueRuns(a, PLACES + 6, 100);
    await startWorker();
    await expect.poll(() => atWork(a)).toBe(PLACES);
    const b = await makeProject(database.db, { steps: LONG, max_concurrent_runs: 1 });
    const c = await makeProject(database.db, { steps: SHORT });
    const [first] = await queueRuns(b, 3);
    const [only] = await queueRuns(c, 1);
    await untilRun(database.db, only ?? "", "completed");
    await untilRun(database.db, first ?? "", "running");
    // No more than that: the others wait for a place of their own.
    expect([await atWork(a), await atWork(b)]).toEqual([PLACES, 1]);
  });

  it("go to the project that has the fewest runs at work", async () => {
    const a = await makeProject(database.db, { steps: SHORT });
    const b = await makeProject(database.db, { steps: SHORT });
    const ofA = await queueRuns(a, 12, 100);
    await queueRuns(b, 4);
    await startWorker();
    await untilRun(database.db, ofA.at(-1) ?? "", "completed");
    const order = await begun({ A: a, B: b });
    // B's began among A's, and A's in the order in which they came.
    expect(order.indexOf("B")).toBeLessThanOrEqual(2 * PLACES);
    expect(order.lastIndexOf("B")).toBeLessThan(13);
    const { rows: started } = await database.db.execute<{ id: string }>(
      sql`select id from workflow_runs where project_id = ${a.project.id} order by started_at, id`,
    );
    expect(
      started.map(({ id }) => ofA.indexOf(id)).every((at, index) => Math.abs(at - index) <= PLACES),
    ).toBe(true);
  });

  it("are not asked for while nobody else waits", async () => {
    const a = await makeProject(database.db, { steps: SHORT });
    const ids = await queueRuns(a, 6);
    await startWorker();
    for (const id of ids) await untilRun(database.db, id, "completed");
    // No run was queued once more, or claimed twice.
    const { rows } = await database.db.execute<{ epoch: number }>(sql`select epoch from workflow_runs`);
    expect(rows.map(({ epoch }) => epoch)).toEqual(ids.map(() => 1));
  });
});

describe("a retry's delay", () => {
  it("holds no place and no room in its project, and a worker that comes later goes on", async () => {
    const retry = { attempts: 2, delay_ms: 6_000, backoff: "constant" } as const;
    const flaky = scriptStep("flaky", '[ "$PHASEBOARD_ATTEMPT" = 2 ]', { retry });
    const made = await makeProject(database.db, { steps: [flaky], max_concurrent_runs: 1 });
    const [first = ""] = await queueRuns(made, 1);
    await startWorker();
    const since = async () => (await readRun(database.db, first)).run.waiting_since;
    await expect.poll(since).not.toBeNull();
    const { run, steps } = await readRun(database.db, first);
    expect(run).toMatchObject({ status: "running", claimed_by: null });
    expect(steps[0]).toMatchObject({ status: "pending", attempt: 1 });
    const until = Date.parse(steps[0]?.wake_at ?? "") - Date.parse(run.waiting_since ?? "");
    expect(until).toBeGreaterThan(3_000);
    expect(until).toBeLessThanOrEqual(6_000);
    // The room is another's meanwhile.
    const second = await makeProject(database.db, { steps: SHORT });
    await database.db.execute(sql`
      update workflow_definitions set project_id = ${made.project.id}, slug = 'short', path = 'short.yaml'
      where id = ${second.definition.id}`);
    const { run: other } = await makeRun(database.db, { ...second, project: made.project });
    await enqueueAdvance(database.db, other.id);
    await untilRun(database.db, other.id, "completed");
    expect((await readRun(database.db, first)).steps[0]?.status).toBe("pending");
    await Promise.all(workers.map((worker) => worker.drain()));
    workers = [];
    await startWorker();
    await untilRun(database.db, first, "completed");
    const ended = await readRun(database.db, first);
    expect(ended.steps[0]).toMatchObject({ status: "completed", attempt: 2, wake_at: null });
  });
});
