import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { callerOf } from "../../test/people";
import type { RunWait } from "./schema";

const test = testDatabase({ fresh: true });
let made: MadeProject;

beforeEach(async () => {
  made = await makeProject(test.db, { max_concurrent_runs: 1 });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await test.db.execute(sql`delete from workers`);
  await test.db.execute(sql`delete from projects`);
});

const call = (of = made) => callerOf(test.db, of.owner).runs;
/** What the run waits for; the list and the run itself must agree. */
async function waitOf(id: string, of = made): Promise<RunWait | null> {
  const run = await call(of).get({ id });
  // Raise the event number: a page is cached until its project has a newer event.
  await test.db.execute(sql`update projects set event_seq = event_seq + 1 where id = ${of.project.id}`);
  const { items } = await call(of).list({ project_id: of.project.id, limit: 10 });
  expect(items.find((item) => item.id === id)?.waiting_for).toEqual(run.waiting_for);
  return run.waiting_for;
}
const addWorker = () =>
  test.db.execute(sql`insert into workers (id, host, pid, pool_id) values ('w', 'test', 1, 'w')`);
const NOTHING = { until: null, step_id: null, run_id: null, limit: null };

describe("a run that waits says for what", () => {
  it("a worker, a place, or room in its project, since it was queued", async () => {
    const { run } = await makeRun(test.db, made);
    expect(await waitOf(run.id)).toEqual({ ...NOTHING, kind: "worker", since: run.queued_at });
    await addWorker();
    expect(await waitOf(run.id)).toEqual({ ...NOTHING, kind: "place", since: run.queued_at });
    const { run: other } = await makeRun(test.db, made);
    await test.db.execute(sql`update workflow_runs set status = 'running' where id = ${other.id}`);
    expect(await waitOf(other.id)).toBeNull();
    expect(await waitOf(run.id)).toEqual({ ...NOTHING, kind: "project", limit: 1, since: run.queued_at });
  });

  it("what its steps wait for: people, time, another try", async () => {
    const { run, steps } = await makeRun(test.db, made);
    const set = (step: ReturnType<typeof sql>) =>
      test.db.execute(sql`update workflow_run_steps set ${step} where id = ${steps[0]?.id}`);
    await test.db.execute(sql`
      update workflow_runs set status = 'running', waiting_since = '2026-01-01T00:00:00Z' where id = ${run.id}`);
    const since = expect.stringMatching(/^2026-01-01T00:00:00/);
    await set(sql`wake_at = '2026-01-01T00:05:00Z'`);
    const step = { step_id: "only", run_id: null, limit: null, since };
    const until = expect.stringMatching(/^2026-01-01T00:05:00.*Z$/);
    expect(await waitOf(run.id)).toEqual({ ...step, kind: "retry", until });
    await set(sql`status = 'running', waiting_for = 'sleep'`);
    expect(await waitOf(run.id)).toEqual({ ...step, kind: "sleep", until });
    await set(sql`waiting_for = 'approval', wake_at = null`);
    expect(await waitOf(run.id)).toEqual({ ...step, kind: "approval", until: null });
    // The run is ready to continue, but its project has no room.
    await test.db.execute(sql`update workflow_runs set ready_since = now() where id = ${run.id}`);
    await test.db.execute(sql`insert into workers (id, host, pid, pool_id) values ('w', 'test', 1, 'w')`);
    const { run: other } = await makeRun(test.db, made);
    await test.db.execute(sql`update workflow_runs set status = 'running' where id = ${other.id}`);
    expect(await waitOf(run.id)).toMatchObject({ kind: "project", limit: 1 });
  });

  it("since it was started again, where it was", async () => {
    const { run } = await makeRun(test.db, made);
    await call().cancel({ id: run.id });
    await test.db.execute(
      sql`update workflow_runs set queued_at = now() - interval '1 day' where id = ${run.id}`,
    );
    await call().retry({ id: run.id });
    const wait = await waitOf(run.id);
    expect(Date.parse(wait?.since ?? "")).toBeGreaterThan(Date.parse(run.created_at));
  });
});

describe("runs that wait to be started are capped", () => {
  const start = (of = made, as = of) =>
    call(as).create({
      ...{ project_id: of.project.id, workflow_definition_id: of.definition.id, name: "More", args: {} },
      priority: 0,
    });

  it("in a project, whoever starts them and however", async () => {
    vi.stubEnv("PHASEBOARD_QUEUED_PER_PROJECT", "2");
    const { run: ended } = await makeRun(test.db, made);
    await call().cancel({ id: ended.id });
    await start();
    await start();
    const refusal = { code: "TOO_MANY_REQUESTS", retry_after: 30 };
    const error = await start().catch((thrown) => thrown.cause ?? thrown);
    expect(error).toMatchObject(refusal);
    expect(error.message).toContain("2 runs of this project wait to be started");
    expect(error.message).toContain("PHASEBOARD_QUEUED_PER_PROJECT");
    await expect(call().execute({ id: made.definition.id })).rejects.toThrow("wait to be started");
    await expect(call().retry({ id: ended.id })).rejects.toThrow("wait to be started");
    // Runs of another project do not count.
    const other = await makeProject(test.db);
    expect(await start(other)).toMatchObject({ status: "pending" });
    // A run that has begun no longer waits.
    await test.db.execute(sql`
      update workflow_runs set status = 'running' where project_id = ${made.project.id} and status = 'pending'`);
    expect(await start()).toMatchObject({ status: "pending" });
  });

  it("of one person, in all projects", async () => {
    vi.stubEnv("PHASEBOARD_QUEUED_PER_PERSON", "2");
    const other = await makeProject(test.db);
    await test.db.execute(sql`
      insert into project_members (project_id, user_id, role) values (${other.project.id}, ${made.owner.user_id}, 'member')`);
    await start();
    await start(other, made);
    await expect(start(other, made)).rejects.toThrow("2 of your runs wait to be started");
    expect(await start(other)).toMatchObject({ status: "pending" });
  });
});
