import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "../lib/ids";
import { testDatabase } from "../test/database";
import { type MadeProject, type MadeRun, makeProject, makeRun, scriptStep } from "../test/factories";
import { lockJob, removeJobs } from "../test/jobs";
import { readRun } from "../test/runs";
import { mendRows } from "../worker/presence/mend-rows";
import { type DisagreementKind, findDisagreements } from "./disagreements";
import { enqueueAdvance } from "./enqueue";
import { reconcile } from "./reconcile";

const database = testDatabase({ fresh: true });
let made: MadeProject;

beforeEach(async () => {
  // What one test leaves would disagree in the next, once it has settled.
  await database.db.execute(sql`truncate projects, workers cascade`);
  await removeJobs(database.db);
  made = await makeProject(database.db, { steps: [scriptStep("one", "true"), scriptStep("two", "true")] });
});

const DAY = 86_400_000;
const run = (query: ReturnType<typeof sql>) => database.db.execute(query);

async function kinds(): Promise<Partial<Record<DisagreementKind, string[]>>> {
  const found = await findDisagreements(database.db);
  return Object.fromEntries(found.map(({ kind, ids }) => [kind, ids]));
}

/** A run whose first step runs, as of some time ago, with nobody who holds it. */
async function makeRunning(): Promise<MadeRun & { first: string; attempt: string }> {
  const made_run = await makeRun(database.db, made);
  const first = made_run.steps[0]?.id ?? "";
  const attempt = newId();
  await run(
    sql`update workflow_runs set status = 'running', started_at = now() where id = ${made_run.run.id}`,
  );
  await run(sql`update workflow_run_steps set status = 'running', attempt = 1 where id = ${first}`);
  await run(sql`
    insert into workflow_run_step_attempts (id, workflow_run_step_id, number, log_directory_path)
    values (${attempt}, ${first}, 1, 'logs')`);
  await settle(made_run.run.id);
  return { ...made_run, first, attempt };
}

async function settle(runId: string): Promise<void> {
  const then = sql`now() - interval '1 minute'`;
  await run(sql`update workflow_runs set updated_at = ${then} where id = ${runId}`);
  await run(sql`update workflow_run_steps set updated_at = ${then} where workflow_run_id = ${runId}`);
  await run(sql`
    update workflow_run_step_attempts set updated_at = ${then}
    where workflow_run_step_id in (select id from workflow_run_steps where workflow_run_id = ${runId})`);
}

const jobOf = async (runId: string) =>
  (
    await database.db.execute<{ is_due: boolean }>(sql`
      select run_at <= clock_timestamp() as is_due from graphile_worker.jobs
      where key = ${`run:${runId}`}`)
  ).rows[0];

const end = (runId: string) => run(sql`update workflow_runs set status = 'cancelled' where id = ${runId}`);

describe("rows that disagree", () => {
  it("a run that is running without a claim or a job is queued", async () => {
    const { run: made_run } = await makeRunning();
    expect(await kinds()).toEqual({ unmoved_runs: [made_run.id] });
    expect(await reconcile(database.db)).toBe(1);
    expect(await jobOf(made_run.id)).toEqual({ is_due: true });
    expect(await kinds()).toEqual({});
  });

  it("a paused run is queued where its worker kept something and died", async () => {
    const { run: made_run } = await makeRun(database.db, made);
    await run(sql`update workflow_runs set status = 'running' where id = ${made_run.id}`);
    await run(sql`update workflow_runs set status = 'paused' where id = ${made_run.id}`);
    await settle(made_run.id);
    expect(await kinds()).toEqual({});
    await run(sql`
      insert into workflow_journal (workflow_run_id, ordinal, entries) values (${made_run.id}, 0, '[]')`);
    expect(await kinds()).toEqual({ unmoved_runs: [made_run.id] });
    expect(await reconcile(database.db)).toBe(1);
    expect(await kinds()).toEqual({});
  });

  it("a run whose job was given to a worker that never heard of it is queued", async () => {
    const { run: made_run } = await makeRunning();
    await enqueueAdvance(database.db, made_run.id);
    const taken = (when: string) => lockJob(database.db, `run:${made_run.id}`, "alive", when);
    await run(sql`insert into workers (id, host, pid, pool_id) values ('alive', 'elsewhere', 1, 'alive')`);
    await taken("1 second");
    expect(await kinds()).toEqual({});
    await taken("1 minute");
    expect(await kinds()).toEqual({ unmoved_runs: [made_run.id] });
    await reconcile(database.db);
    expect(await jobOf(made_run.id)).toEqual({ is_due: true });
    expect(await kinds()).toEqual({});
  });

  it("a paused run is queued only where a step of it still runs", async () => {
    const rests = await makeRunning();
    await run(sql`update workflow_run_steps set status = 'failed' where id = ${rests.first}`);
    await run(sql`update workflow_run_step_attempts set status = 'failed' where id = ${rests.attempt}`);
    const works = await makeRunning();
    for (const { run: paused } of [rests, works]) {
      await run(sql`update workflow_runs set status = 'paused' where id = ${paused.id}`);
      await settle(paused.id);
    }
    expect(await kinds()).toEqual({ unmoved_runs: [works.run.id] });
    await reconcile(database.db);
    expect(await jobOf(rests.run.id)).toBeUndefined();
  });

  it("a pending run for which there is room is queued", async () => {
    const { run: made_run } = await makeRun(database.db, made);
    await settle(made_run.id);
    expect(await kinds()).toEqual({ unstarted_runs: [made_run.id] });
    await reconcile(database.db);
    expect(await jobOf(made_run.id)).toEqual({ is_due: true });
  });

  it.each([
    ["whose time is over", sql`wake_at = now() - interval '1 minute', waiting_for = 'sleep'`],
    ["that waits no more", sql`waiting_for = null`],
  ])("a run at rest %s is woken, whatever its job waits for", async (_, how) => {
    const { run: made_run, first } = await makeRunning();
    await run(sql`update workflow_run_steps set ${how} where id = ${first}`);
    await run(sql`update workflow_runs set waiting_since = now() where id = ${made_run.id}`);
    await settle(made_run.id);
    await enqueueAdvance(database.db, made_run.id, { run_at: new Date(Date.now() + 3_600_000) });
    expect(await kinds()).toEqual({ overslept_runs: [made_run.id] });
    expect(await reconcile(database.db)).toBe(1);
    expect(await jobOf(made_run.id)).toEqual({ is_due: true });
    expect(await kinds()).toEqual({});
  });

  it("a run whose job has failed often does not wait for hours", async () => {
    const { run: made_run } = await makeRunning();
    await enqueueAdvance(database.db, made_run.id);
    await run(sql`
      select graphile_worker.reschedule_jobs(array[id], run_at := now() + interval '2 hours', attempts := 9)
      from graphile_worker.jobs where key = ${`run:${made_run.id}`}`);
    expect(await kinds()).toEqual({ put_off_runs: [made_run.id] });
    await reconcile(database.db);
    expect(await jobOf(made_run.id)).toEqual({ is_due: true });
  });

  it.each([
    ["a run whose job a clock has put off that was ahead", "2 days"],
    ["a run that such a clock has made altogether", "-2 days"],
  ])("%s goes on now", async (_, ago) => {
    const { run: made_run } = await makeRunning();
    await run(sql`update workflow_runs set updated_at = now() - ${ago}::interval where id = ${made_run.id}`);
    await enqueueAdvance(database.db, made_run.id, { run_at: new Date(Date.now() + 2 * DAY) });
    expect(await kinds()).toEqual({ put_off_runs: [made_run.id] });
    expect(await reconcile(database.db)).toBe(1);
    expect(await jobOf(made_run.id)).toEqual({ is_due: true });
    expect(await kinds()).toEqual({});
  });

  it.each([
    ["a sleep", "sleep", "3 hours"],
    ["an approval's time", "approval", "1 day"],
    ["a retry's delay", null, "10 minutes"],
  ])(
    "%s that a clock 40 days ahead has recorded ends by its rule from now",
    async (_, waiting_for, length) => {
      const { run: made_run, first, attempt } = await makeRunning();
      const ahead = sql`${new Date(Date.now() + 40 * DAY).toISOString()}::timestamptz`;
      const ended = waiting_for === null;
      if (ended) {
        await run(sql`update workflow_run_step_attempts set status = 'failed' where id = ${attempt}`);
        await run(sql`update workflow_run_steps set status = 'failed' where id = ${first}`);
        await run(sql`update workflow_run_steps set status = 'pending' where id = ${first}`);
      }
      await run(sql`
      update workflow_run_step_attempts set started_at = ${ahead}, completed_at = ${ended ? ahead : null}
      where id = ${attempt}`);
      const recorded = (since: ReturnType<typeof sql>) =>
        run(sql`
      update workflow_run_steps set waiting_for = ${waiting_for}, wake_at = ${since} + ${length}::interval
      where id = ${first}`);
      await recorded(ahead);
      await run(sql`
      update workflow_runs set started_at = ${ahead}, waiting_since = ${ahead}, updated_at = ${ahead}
      where id = ${made_run.id}`);
      await enqueueAdvance(database.db, made_run.id, { run_at: new Date(Date.now() + 40 * DAY) });
      expect(await kinds()).toEqual({ late_waits: [first] });
      expect(await mendRows(database.db, "worker")).toBe(1);
      const [after] = (
        await database.db.execute(sql`
      select s.wake_at between now() + ${length}::interval - interval '1 minute' and now() + ${length}::interval as by_rule,
        r.started_at <= now() and r.waiting_since <= now() and a.started_at <= now()
          and coalesce(a.completed_at <= now(), true) as is_past,
        a.started_at >= r.started_at as is_counted
      from workflow_run_steps s join workflow_runs r on r.id = s.workflow_run_id
      join workflow_run_step_attempts a on a.workflow_run_step_id = s.id where s.id = ${first}`)
      ).rows;
      expect(after).toEqual({ by_rule: true, is_past: true, is_counted: true });
      expect(await jobOf(made_run.id)).toEqual({ is_due: true });

      // One that was recorded by a right clock stays as it is.
      await removeJobs(database.db);
      await recorded(sql`now()`);
      expect(await mendRows(database.db, "worker")).toBe(0);
      expect(await jobOf(made_run.id)).toBeUndefined();
    },
  );

  it("a run that a silent worker holds, and jobs of a pool that nobody has, are found", async () => {
    const { run: made_run } = await makeRunning();
    const worker = newId();
    await run(sql`
      insert into workers (id, host, pid, pool_id, heartbeat_at)
      values (${worker}, 'elsewhere', 1, 'pool', now() - interval '1 minute')`);
    await run(sql`update workflow_runs set claimed_by = ${worker} where id = ${made_run.id}`);
    await enqueueAdvance(database.db, made_run.id);
    await lockJob(database.db, `run:${made_run.id}`, "gone", "1 minute");
    expect(await kinds()).toEqual({ orphaned_runs: [made_run.id], lost_pools: ["gone"] });
    await reconcile(database.db);
    expect(await kinds()).toEqual({ orphaned_runs: [made_run.id] });
  });

  it("a job that another took the place of, and whose worker died, is cleared away", async () => {
    const { run: made_run } = await makeRunning();
    await enqueueAdvance(database.db, made_run.id);
    await lockJob(database.db, `run:${made_run.id}`, "busy");
    await enqueueAdvance(database.db, made_run.id);
    await run(sql`select graphile_worker.force_unlock_workers(array['busy'])`);
    expect(await kinds()).toMatchObject({ dead_jobs: [expect.any(String)] });
    await reconcile(database.db);
    expect(await kinds()).toEqual({});
    expect(await jobOf(made_run.id)).toEqual({ is_due: true });
  });

  it("what reads running in a run that has ended is ended, and said", async () => {
    const { run: made_run, first, attempt, steps } = await makeRunning();
    await run(sql`
      insert into agent_sessions (id, project_id, agent, status, transcript_path, updated_at)
      values ('opensession', ${made.project.id}, 'player', 'running', 'transcript', now() - interval '1 minute'),
             ('oversession', ${made.project.id}, 'player', 'failed', 'transcript', now() - interval '1 minute')`);
    await run(sql`
      insert into agent_permission_requests
        (id, agent_session_id, workflow_run_step_id, attempt, tool_call, options, updated_at)
      values ('openquestion', 'oversession', ${first}, 1, '{}', '[]', now() - interval '1 minute')`);
    await end(made_run.id);
    await settle(made_run.id);
    expect(await kinds()).toEqual({
      open_steps: steps.map(({ id }) => id).sort(),
      open_sessions: ["opensession"],
      open_questions: ["openquestion"],
    });
    expect(await mendRows(database.db, "worker")).toBe(4);
    await settle(made_run.id);
    expect(await kinds()).toEqual({ open_attempts: [attempt] });
    expect(await mendRows(database.db, "worker")).toBe(1);
    expect(await kinds()).toEqual({});

    const after = await readRun(database.db, made_run.id);
    expect(after.steps.map(({ status }) => status)).toEqual(["failed", "skipped"]);
    expect(after.steps[0]).toMatchObject({
      id: first,
      error_message: "Interrupted: what it belonged to had ended",
    });
    const { rows: told } = await database.db.execute<{ status: string }>(sql`
      select data ->> 'status' as status from workflow_events where workflow_run_id = ${made_run.id} order by seq`);
    expect(told.map(({ status }) => status).sort()).toEqual(["failed", "skipped"]);
  });
});
