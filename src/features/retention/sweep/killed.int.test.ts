import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { projects } from "../../../db/schema/projects";
import { waitFor } from "../../../lib/wait-for";
import { openStorage } from "../../../storage/open-storage";
import { sweep } from "../../../storage/sweep";
import { testDatabase } from "../../../test/database";
import { makeArtifact, makeProject, makeRun } from "../../../test/factories";
import { endWorkersAfterEach, startWorkerProcess } from "../../../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

const RUNS = 700;

it("a sweeper that is killed leaves nothing half removed, and another worker goes on where it was", async () => {
  const { db, url } = database;
  const made = await makeProject(db);
  const first = await makeRun(db, made);
  const artifact = await makeArtifact(db, made, first);
  await db.execute(sql`
    insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args, created_at)
    select 'many' || n, project_id, user_id, workflow_definition_id, revision, 1000 + n, name, args, now() - interval '101 days'
    from workflow_runs, generate_series(1, ${RUNS - 1}::int) n`);
  await db.execute(sql`
    insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position)
    select r.id || s.step_id, r.id, s.step_id, s.name, s.kind, s.phase, s.position
    from workflow_runs r, workflow_run_steps s where r.id like 'many%'`);
  await db.execute(
    sql`update workflow_runs set status = 'running', created_at = now() - interval '101 days'`,
  );
  await db.execute(sql`
    update workflow_runs set status = 'completed', completed_at = now() - interval '100 days'`);
  await db
    .update(projects)
    .set({ retention: { runs: "90d" } })
    .where(eq(projects.id, made.project.id));

  const count = async (what: ReturnType<typeof sql>) =>
    Number((await db.execute<{ count: string }>(sql`select count(*) from ${what}`)).rows[0]?.count);
  const left = () => count(sql`workflow_runs`);
  /** Runs that the audit record says were removed, and events that say so. */
  const told = async () => {
    const { rows } = await db.execute<{ sum: number }>(sql`
      select coalesce(sum((after ->> 'runs')::int), 0)::int as sum from audit_log where action = 'retention.sweep'`);
    const events = await count(sql`
      workflow_events, jsonb_array_elements(data -> 'execution_ids') where type = 'workflow.execution.swept'`);
    return [rows[0]?.sum, events];
  };

  const env = { PHASEBOARD_DATA_DIR: await mkdtemp(join(tmpdir(), "phaseboard-data-")) };
  const worker = await startWorkerProcess(url, env);
  expect(await waitFor(async () => (await left()) < RUNS, 30_000)).toBe(true);
  const exited = once(worker, "exit");
  worker.kill("SIGKILL");
  await exited;
  const rest = await left();
  expect(rest).toBeGreaterThan(0);
  expect(await told()).toEqual([RUNS - rest, RUNS - rest]);
  expect(await count(sql`workflow_run_steps`)).toBe(rest);

  await startWorkerProcess(url, env);
  expect(await waitFor(async () => (await left()) === 0, 60_000)).toBe(true);
  expect(await told()).toEqual([RUNS, RUNS]);
  expect(await count(sql`workflow_run_steps`)).toBe(0);
  // What the first one noted and did not come to delete is swept as every noted file.
  expect(
    await waitFor(async () => {
      await sweep(db);
      return (await count(sql`storage_deletions`)) === 0;
    }, 30_000),
  ).toBe(true);
  expect(await openStorage(made.project).stat(artifact.file_path)).toBeNull();
}, 150_000);
