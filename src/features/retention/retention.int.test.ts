import { and, eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { adoptSecret } from "../../auth/fingerprint";
import type { Caller } from "../../auth/scope";
import { auditLog } from "../../db/schema/audit";
import { workflowEvents } from "../../db/schema/events";
import { workflowRuns } from "../../db/schema/runs";
import { logDirectoryKey, logKey } from "../../engine/logs/paths";
import { newId } from "../../lib/ids";
import { limitsOf, type Retention } from "../../model/retention";
import { openStorage } from "../../storage/open-storage";
import { testDatabase } from "../../test/database";
import { type MadeProject, type MadeRun, makeArtifact, makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { readArtifact } from "../artifacts/open-artifact";
import { followProject } from "../events/queries/follow-project";
import { followLog } from "../log/queries/follow-log";
import { previewRetention } from "./queries";
import { Pace } from "./sweep/pace";
import { listKept, sweepProject } from "./sweep/sweep-project";
import { startRetention } from "./sweep/sweeper";

const database = testDatabase({ fresh: true, max: 20 });
let made: MadeProject;

beforeEach(async () => {
  made = await makeProject(database.db);
});

const callerIn = (project: MadeProject): Caller => ({ db: database.db, actor: project.owner });
const pace = () => new Pace(new AbortController().signal, 1);

/** A run that ended so many days ago, and began a day before. */
async function endedRun(
  days: number,
  more: Partial<typeof workflowRuns.$inferInsert> = {},
): Promise<MadeRun> {
  const run = await makeRun(database.db, made);
  await database.db
    .update(workflowRuns)
    .set({ status: "running", created_at: sql`now() - ${days + 1} * interval '1 day'` })
    .where(eq(workflowRuns.id, run.run.id));
  await database.db
    .update(workflowRuns)
    .set({ status: "completed", completed_at: sql`now() - ${days} * interval '1 day'`, ...more })
    .where(eq(workflowRuns.id, run.run.id));
  return run;
}

const ids = async (project = made) =>
  (
    await database.db
      .select({ id: workflowRuns.id })
      .from(workflowRuns)
      .where(eq(workflowRuns.project_id, project.project.id))
      .orderBy(workflowRuns.number)
  ).map(({ id }) => id);

/** Sweeps the project by these limits. */
const sweep = (retention: Retention, project = made) =>
  sweepProject(
    database.db,
    { id: project.project.id, path: project.project.path, limits: limitsOf(retention) },
    pace(),
  );

const preview = (retention: Retention) =>
  previewRetention(callerIn(made), { id: made.project.id, ...retention });

describe("runs", () => {
  it("go by their age since they ended, with their files, an event and a row in the audit record", async () => {
    const old = await endedRun(91);
    const young = await endedRun(89);
    const artifact = await makeArtifact(database.db, made, old);
    const told = await preview({ runs: "90d" });
    expect(told).toEqual({ runs: 1, logs: 0, artifacts: 0, events: 0, bytes: 5, uncounted: 1 });
    expect(await sweep({ runs: "90d" })).toMatchObject({ runs: 1 });
    expect(await ids()).toEqual([young.run.id]);
    expect(await openStorage(made.project).stat(artifact.file_path)).toBeNull();
    const events = await database.db
      .select({ type: workflowEvents.type, data: workflowEvents.data })
      .from(workflowEvents)
      .where(eq(workflowEvents.project_id, made.project.id));
    expect(events).toEqual([
      {
        type: "workflow.execution.swept",
        data: { execution_ids: [old.run.id], project_id: made.project.id },
      },
    ]);
    const records = await database.db
      .select({ actor: auditLog.actor_type, after: auditLog.after })
      .from(auditLog)
      .where(and(eq(auditLog.project_id, made.project.id), eq(auditLog.action, "retention.sweep")));
    expect(records).toEqual([{ actor: "system", after: { runs: 1 } }]);
    expect(await preview({ runs: "90d" })).toMatchObject({ runs: 0, bytes: 0 });
  });

  it("stay while they have not ended, however long ago they began", async () => {
    const { db } = database;
    const runs = [await makeRun(db, made), await makeRun(db, made), await makeRun(db, made)];
    const [, running, paused] = runs.map(({ run }) => run.id);
    await db.execute(sql`
      update workflow_runs set created_at = now() - interval '400 days' where project_id = ${made.project.id}`);
    await db.execute(sql`update workflow_runs set status = 'running' where id in (${running}, ${paused})`);
    await db.execute(sql`update workflow_runs set status = 'paused' where id = ${paused}`);
    // An approval that was asked for a year ago.
    await db.execute(sql`
      update workflow_run_steps set status = 'running', waiting_for = 'approval', attempt = 1 where workflow_run_id = ${running}`);
    expect(await preview({ runs: "1h" })).toMatchObject({ runs: 0 });
    expect(await sweep({ runs: "1h" })).toMatchObject({ runs: 0 });
    expect(await ids()).toHaveLength(3);
  });

  it("that are the newest of their definition stay by their number", async () => {
    const other = await makeProject(database.db);
    const runs = [];
    for (let days = 10; days > 0; days--) runs.push(await endedRun(days * 100));
    const keep = { runs: "30d", keep_last: 3 };
    expect(await preview(keep)).toMatchObject({ runs: 7 });
    expect(await preview({ ...keep, keep_last: 10 })).toMatchObject({ runs: 0 });
    expect(await sweep({ ...keep, keep_last: 10 })).toMatchObject({ runs: 0 });
    expect(await sweep(keep)).toMatchObject({ runs: 7 });
    expect(await ids()).toEqual(runs.slice(-3).map(({ run }) => run.id));
    expect(await ids(other)).toEqual([]);
  });

  it("go in any number of batches", async () => {
    const { db } = database;
    const { run } = await endedRun(100);
    await db.execute(sql`
      insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args, created_at)
      select 'many' || n || ${run.id}, project_id, user_id, workflow_definition_id, revision, 1000 + n, name, args,
             created_at - (n / 7) * interval '1 second'
      from workflow_runs, generate_series(1, 450) n where id = ${run.id}`);
    await db.execute(
      sql`update workflow_runs set status = 'running' where status = 'pending' and id like 'many%'`,
    );
    await db.execute(sql`
      update workflow_runs set status = 'completed', completed_at = now() - interval '100 days' where id like 'many%'`);
    expect(await preview({ runs: "90d" })).toMatchObject({ runs: 451 });
    expect(await sweep({ runs: "90d" })).toMatchObject({ runs: 451 });
    expect(await ids()).toEqual([]);
  });

  it("that are pinned stay with everything, until they are left to it again", async () => {
    const { run, steps } = await endedRun(100);
    const artifact = await makeArtifact(database.db, made, { run, steps });
    const member = await makePerson(database.db, "Member");
    await addRole(database.db, made.project.id, member, "member");
    const { runs } = callerOf(database.db, member);
    const all = { runs: "1d", logs: "1d", artifacts: "1d" };
    expect((await runs.pin({ id: run.id })).pinned_at).toMatch(/^\d{4}-.*Z$/);
    await runs.pin({ id: run.id });
    expect((await runs.list({ project_id: made.project.id, pinned: true })).items).toMatchObject([
      { id: run.id, pinned_at: expect.stringMatching(/Z$/) },
    ]);
    expect((await runs.list({ project_id: made.project.id, pinned: false })).items).toEqual([]);
    expect(await preview(all)).toMatchObject({ runs: 0, logs: 0, artifacts: 0, bytes: 0 });
    await sweep(all);
    expect(await ids()).toEqual([run.id]);
    expect(await openStorage(made.project).stat(artifact.file_path)).toMatchObject({ size: 5 });
    expect((await runs.unpin({ id: run.id })).pinned_at).toBeNull();
    expect(await preview(all)).toMatchObject({ runs: 1 });
    await sweep(all);
    expect(await ids()).toEqual([]);
    const events = await database.db.execute(sql`
      select type from workflow_events where project_id = ${made.project.id} order by seq`);
    expect(events.rows.map(({ type }) => type)).toEqual([
      "workflow.execution.updated",
      "workflow.execution.updated",
      "workflow.execution.swept",
    ]);
  });

  it("that somebody pins while they are swept stay", async () => {
    const { run } = await endedRun(100);
    await database.db.transaction(async (tx) => {
      await tx.execute(sql`insert into workflow_run_pins (workflow_run_id) values (${run.id})`);
      // The sweeper sees no pin yet, and finds the run locked.
      expect(await sweep({ runs: "1d" })).toMatchObject({ runs: 0 });
    });
    expect(await sweep({ runs: "1d" })).toMatchObject({ runs: 0 });
    expect(await ids()).toEqual([run.id]);
  });
});

it("a project that cannot be swept holds up no other", async () => {
  const { db } = database;
  const [first, second] = [made, await makeProject(db)].sort((a, b) =>
    a.project.id < b.project.id ? -1 : 1,
  );
  if (!first || !second) throw new Error("two projects were made");
  for (const each of [first, second]) {
    made = each;
    await endedRun(10);
    await callerOf(db, each.owner).projects.update({ id: each.project.id, retention: { runs: "1d" } });
  }
  await db.execute(
    sql`create function stay() returns trigger language plpgsql as $$ begin raise 'stays'; end $$`,
  );
  await db.execute(
    sql.raw(`create trigger stays before delete on workflow_runs for each row
             when (old.project_id = '${first.project.id}') execute function stay()`),
  );
  const retention = startRetention(db);
  try {
    await expect.poll(() => ids(second)).toEqual([]);
    expect(await ids(first)).toHaveLength(1);
  } finally {
    await retention.stop();
    await db.execute(sql`drop trigger stays on workflow_runs`);
  }
});

describe("settings", () => {
  it("are the installation's where the project says nothing, field by field", async () => {
    await adoptSecret(database.db, "x".repeat(32));
    const { projects, retention, installation } = callerOf(database.db, made.owner);
    const id = made.project.id;
    const isKept = async () => (await listKept(database.db)).find((kept) => kept.id === id)?.limits ?? null;
    expect(await retention.get({ id })).toEqual({ own: {}, installation: {}, effective: {} });
    expect(await isKept()).toBeNull();
    const admin = callerOf(database.db, { ...made.owner, is_admin: true });
    await expect(installation.update({ retention: { runs: "90d" } })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await admin.installation.update({ retention: { runs: "90d", logs: "30d", keep_last: 50 } });
    await projects.update({ id, retention: { runs: "forever", keep_last: 0 } });
    expect(await retention.get({ id })).toMatchObject({
      effective: { runs: "forever", logs: "30d", keep_last: 0 },
    });
    expect(await isKept()).toEqual({
      runs: null,
      logs: 30 * 86_400_000,
      artifacts: null,
      events: null,
      keep_last: 0,
    });
    await projects.update({ id, retention: {} });
    expect(await isKept()).toMatchObject({ runs: 90 * 86_400_000, keep_last: 50 });
    await admin.installation.update({ retention: {} });
    expect(await isKept()).toBeNull();
    const [record] = await database.db
      .select({ before: auditLog.before, after: auditLog.after })
      .from(auditLog)
      .where(and(eq(auditLog.action, "projects.update"), eq(auditLog.project_id, id)))
      .orderBy(auditLog.created_at)
      .limit(1);
    expect(record).toEqual({
      before: { retention: {} },
      after: { retention: { runs: "forever", keep_last: 0 } },
    });
  });

  it("refuse what is no age, and name the field", async () => {
    const { projects } = callerOf(database.db, made.owner);
    for (const runs of ["90", "0d", "90 days", "5m", ""]) {
      await expect(projects.update({ id: made.project.id, retention: { runs } })).rejects.toMatchObject({
        code: "BAD_REQUEST",
      });
    }
  });

  it("keep everything forever where the stored text is no age", () => {
    expect(limitsOf({ runs: "1 day", keep_last: "x" as unknown as number })).toEqual({
      runs: null,
      logs: null,
      artifacts: null,
      events: null,
      keep_last: 0,
    });
  });
});

describe("logs and artifacts of runs that stay", () => {
  /** A log of the run's first step, as a file. */
  async function withLog({ run, steps: [step] }: MadeRun): Promise<string> {
    const key = logKey(run.id, step?.step_id ?? "", 1, "events");
    await openStorage(made.project).put(key, "printed");
    await database.db.execute(sql`
      insert into workflow_run_step_attempts (id, workflow_run_step_id, number, status, log_directory_path, started_at, completed_at)
      select ${newId()}, ${step?.id}, 1, 'completed', ${logDirectoryKey(run.id, step?.step_id ?? "", 1)}, created_at, completed_at
      from workflow_runs where id = ${run.id}`);
    await database.db.execute(sql`
      update workflow_run_steps set attempt = 1, status = 'running' where id = ${step?.id}`);
    await database.db.execute(sql`update workflow_run_steps set status = 'completed' where id = ${step?.id}`);
    await database.db.update(workflowRuns).set({ log_bytes: 7 }).where(eq(workflowRuns.id, run.id));
    return key;
  }

  it("go by ages of their own, and the run says so instead of a fault", async () => {
    const old = await endedRun(40);
    const young = await endedRun(20);
    const keys = [await withLog(old), await withLog(young)];
    const artifacts = [
      await makeArtifact(database.db, made, old),
      await makeArtifact(database.db, made, young),
    ];
    await database.db.execute(sql`update workflow_artifacts set created_at = now() - interval '40 days'`);
    const limits = { logs: "30d", artifacts: "35d" };
    expect(await preview(limits)).toEqual({
      runs: 0,
      logs: 1,
      artifacts: 1,
      events: 0,
      bytes: 12,
      uncounted: 0,
    });
    expect(await sweep(limits)).toEqual({ runs: 0, logs: 1, artifacts: 1, events: 0 });
    const storage = openStorage(made.project);
    const there = async (key: string) => (await storage.stat(key)) !== null;
    expect(await Promise.all(keys.map(there))).toEqual([false, true]);
    expect(await Promise.all(artifacts.map(({ file_path }) => there(file_path)))).toEqual([false, true]);
    const { runs, steps, artifacts: files } = callerOf(database.db, made.owner);
    const run = await runs.get({ id: old.run.id });
    expect(run.logs_removed_at).toMatch(/Z$/);
    expect(run.artifacts).toMatchObject([{ file_missing: true, removed_at: expect.stringMatching(/Z$/) }]);
    const step = await steps.get({ id: old.steps[0]?.id ?? "" });
    expect(step.attempts).toMatchObject([{ file_missing: true, logs_removed_at: run.logs_removed_at }]);
    await expect(
      followLog(
        callerIn(made),
        { id: old.steps[0]?.id ?? "", type: "events", offset: 0, follow: false },
        new AbortController().signal,
      ),
    ).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("retention"),
    });
    const { check } = await readArtifact(callerIn(made), artifacts[0]?.id ?? "");
    await expect(check()).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("retention"),
    });
    expect(await files.get({ id: artifacts[1]?.id ?? "" })).toMatchObject({
      file_missing: false,
      removed_at: null,
    });
    // Nothing is left to do.
    expect(await preview(limits)).toMatchObject({ logs: 0, artifacts: 0, bytes: 0 });
    expect(await sweep(limits)).toEqual({ runs: 0, logs: 0, artifacts: 0, events: 0 });
    const { rows } = await database.db.execute(sql`
      select workflow_run_id as run from workflow_events where project_id = ${made.project.id} and type = 'workflow.execution.updated'`);
    expect(rows).toEqual([{ run: old.run.id }]);
  });

  it("of what was sent to an old run of late stay until they are old themselves, and go then", async () => {
    const old = await endedRun(40);
    const late = await makeArtifact(database.db, made, old);
    const limits = { artifacts: "30d" };
    expect(await preview(limits)).toMatchObject({ artifacts: 0 });
    expect(await sweep(limits)).toMatchObject({ artifacts: 0 });
    await database.db.execute(
      sql`update workflow_artifacts set created_at = now() - interval '31 days' where id = ${late.id}`,
    );
    expect(await preview(limits)).toMatchObject({ artifacts: 1 });
    expect(await sweep(limits)).toMatchObject({ artifacts: 1 });
  });

  it("go again where a run was retried behind that", async () => {
    const old = await endedRun(100);
    expect(await sweep({ logs: "30d" })).toMatchObject({ logs: 1 });
    await database.db.execute(sql`
      update workflow_runs set logs_removed_at = now() - interval '60 days', completed_at = now() - interval '50 days'
      where id = ${old.run.id}`);
    expect(await preview({ logs: "30d" })).toMatchObject({ logs: 1 });
    expect(await sweep({ logs: "30d" })).toMatchObject({ logs: 1 });
    expect(await sweep({ logs: "30d" })).toMatchObject({ logs: 0 });
  });
});

describe("events", () => {
  /** Events of the project that are so many days old. */
  async function addEvents(
    count: number,
    days: number,
    type = "workflow.step.started",
    run_id: string | null = null,
  ) {
    await database.db.execute(sql`
      with counter as (update projects set event_seq = event_seq + ${count}::int where id = ${made.project.id} returning event_seq)
      insert into workflow_events (project_id, seq, type, workflow_run_id, data, created_at)
      select ${made.project.id}, event_seq - ${count}::int + n, ${type}, ${run_id}, '{}', now() - ${days}::int * interval '1 day'
      from counter, generate_series(1, ${count}::int) n`);
  }
  const seqs = async () =>
    (
      await database.db.execute<{ seq: number }>(
        sql`select seq::int as seq from workflow_events where project_id = ${made.project.id} order by seq`,
      )
    ).rows.map(({ seq }) => seq);

  async function read(after: number, most: number): Promise<{ id: number | null; type: string }[]> {
    const stop = new AbortController();
    const feed = await followProject(callerIn(made), made.project.id, after, stop.signal);
    const got: { id: number | null; type: string }[] = [];
    while (got.length < most) {
      const events = await feed.next();
      if (!events) break;
      got.push(...events.map(({ id, type }) => ({ id, type })));
    }
    feed.close();
    return got;
  }

  it("go by age, and a reader who stands before them is told to read again, then goes on", async () => {
    await addEvents(4_100, 40);
    await addEvents(5, 10);
    expect(await preview({ events: "30d" })).toMatchObject({ events: 4_100 });
    expect(await sweep({ events: "30d" })).toMatchObject({ events: 4_100 });
    expect(await seqs()).toEqual([4_101, 4_102, 4_103, 4_104, 4_105]);
    const rest = [4_101, 4_102, 4_103, 4_104, 4_105].map((id) => ({ id, type: "workflow.step.started" }));
    expect(await read(17, 6)).toEqual([{ id: 4_100, type: "workflow.events.swept" }, ...rest]);
    // Who stands at the last of the swept ones has missed nothing.
    expect(await read(4_100, 5)).toEqual(rest);
    expect(await read(4_103, 2)).toEqual(rest.slice(3));
  });

  it("that are all gone are told of too", async () => {
    await addEvents(10, 40);
    await sweep({ events: "30d" });
    expect(await seqs()).toEqual([]);
    expect(await read(3, 1)).toEqual([{ id: 10, type: "workflow.events.swept" }]);
  });

  it("that tell the history of a run stay as long as it, and go with it", async () => {
    const { run } = await endedRun(40);
    await addEvents(1, 41, "workflow.execution.created", run.id);
    await addEvents(1, 40, "workflow.step.completed", run.id);
    await addEvents(1, 40, "workflow.execution.status_changed", run.id);
    expect(await preview({ events: "30d" })).toMatchObject({ events: 1 });
    expect(await sweep({ events: "30d" })).toMatchObject({ events: 1 });
    expect(await seqs()).toEqual([1, 3]);
    const { items } = await callerOf(database.db, made.owner).runs.history({ id: run.id });
    expect(items).toHaveLength(2);
    expect((await read(0, 1))[0]).toEqual({ id: 3, type: "workflow.events.swept" });
    const both = { runs: "30d", events: "30d" };
    expect(await preview(both)).toMatchObject({ runs: 1, events: 2 });
    expect(await sweep(both)).toMatchObject({ runs: 1 });
    expect(await seqs()).toEqual([4]);
  });
});

it("every reference to what a run takes along has an index, so that deleting one looks through no table", async () => {
  const { rows } = await database.db.execute<{ name: string }>(sql`
    select c.conrelid::regclass || ' ' || c.conname as name
    from pg_constraint c
    where c.contype = 'f' and c.confrelid::regclass::text in ('workflow_runs', 'workflow_run_steps', 'workflow_run_step_attempts',
      'workflow_comments', 'workflow_artifacts', 'agent_sessions', 'reviews') and not exists (
      select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
        and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) like '(% IS NOT NULL)'))`);
  expect(rows).toEqual([]);
});
