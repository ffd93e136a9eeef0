import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeDatabase, type Db, openDatabase } from "../../db/client";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../db/embedded";
import { migrate } from "../../db/migrate";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { listTree } from "../../lib/process-tree";
import { migrateQueue } from "../../queue/migrate";
import { sleepStep } from "../../test/compiled";
import { approvalStep, type MadeProject, makeProject } from "../../test/factories";
import { callerOf } from "../../test/people";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

/** Of each kind. */
const WAITING = 1_000;
/** Runs of each kind that the engine brings there and takes on; the others are copies of their rows. */
const RUNS = Math.min(WAITING, Number(process.env.PHASEBOARD_TEST_WAITING ?? 40));
const PATIENCE_MS = 60_000 + RUNS * 300;
const CONCURRENCY = 8;
/** A worker looks at most every five seconds for anything. */
const WINDOW_MS = 5_000;

/** A server of its own: it is killed, and what is asked of it is counted. */
let server: EmbeddedPostgres;
let folder: string;
let db: Db;
let asking: MadeProject;
let sleeping: MadeProject;
endWorkersAfterEach();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phaseboard-waiting-"));
  server = await startEmbeddedPostgres({ dataDir: folder, durable: false, log: () => {} });
  await migrate(server.url, { queue: migrateQueue });
  db = openDatabase(server.url, { name: "test" });
  asking = await makeProject(db, { steps: [approvalStep("ask")], max_concurrent_runs: 20 });
  sleeping = await makeProject(db, { steps: [sleepStep("nap", 3 * 86_400_000)], max_concurrent_runs: 20 });
});
afterAll(async () => {
  await closeDatabase(db);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Pending runs of the project's definition with their jobs, as so many people would have started them. */
async function startRuns({ project, owner, definition, compiled }: MadeProject): Promise<void> {
  const [step] = compiled.steps;
  await db.execute(sql`
    with made as (
      insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args)
      select 'r' || substr(md5(${definition.id} || n), 1, 23), ${project.id}, ${owner.user_id}, ${definition.id}, 1, n,
             'Run ' || n, '{}'::jsonb
      from generate_series(1, ${RUNS}::int) n returning id
    ), steps as (
      insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position)
      select 's' || substr(id, 2), id, ${step?.id}, ${step?.name}, ${step?.kind}, ${step?.phase}, 0 from made
    )
    select count(graphile_worker.add_job('advance', json_build_object('run_id', id), job_key := 'run:' || id,
                                         max_attempts := 32767)) from made`);
}

/** The columns that are written: a generated one takes no value. */
function writable(table: PgTable): SQL {
  const columns = Object.values(getTableColumns(table)).filter((column) => column.generated === undefined);
  return sql.raw(columns.map(({ name }) => `"${name}"`).join(", "));
}

/** As many more that wait, each as the engine has left the first: a run at rest is its rows and nothing else. */
async function copyRuns({ project }: MadeProject): Promise<void> {
  const changed = (row: string, ids: Record<string, SQL>) => {
    const pairs = Object.entries(ids).map(([key, value]) => sql`${sql.raw(`'${key}'`)}, ${value}`);
    return sql`(jsonb_populate_record(${sql.raw(row)}, jsonb_build_object(${sql.join(pairs, sql`, `)}))).*`;
  };
  await db.transaction(async (tx) => {
    // Rows start as pending, says a trigger of the table.
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql`
      with first as materialized (select * from workflow_runs where project_id = ${project.id} limit 1),
      own as materialized (
        select 'c' || substr(md5(first.id || n), 1, 23) as id, ${RUNS}::int + n as number from first, generate_series(1, ${WAITING - RUNS}::int) n
      ), runs as (
        insert into workflow_runs (${writable(workflowRuns)}) select ${writable(workflowRuns)} from (
          select ${changed("r", { id: sql`own.id`, number: sql`own.number` })}
          from workflow_runs r join first on first.id = r.id, own) copies
      ), steps as (
        insert into workflow_run_steps (${writable(workflowRunSteps)}) select ${writable(workflowRunSteps)} from (
          select ${changed("s", { id: sql`'s' || own.id`, workflow_run_id: sql`own.id` })}
          from workflow_run_steps s join first on first.id = s.workflow_run_id, own) copies
      ), attempts as (
        insert into workflow_run_step_attempts (${writable(workflowRunStepAttempts)})
        select ${writable(workflowRunStepAttempts)} from (
          select ${changed("a", { id: sql`'a' || own.id`, workflow_run_step_id: sql`'s' || own.id` })}
          from workflow_run_step_attempts a
          join workflow_run_steps s on s.id = a.workflow_run_step_id
          join first on first.id = s.workflow_run_id, own) copies
      )
      select count(graphile_worker.add_job('advance', json_build_object('run_id', own.id), run_at := j.run_at,
                                           job_key := 'run:' || own.id, max_attempts := 32767))
    from own, first join graphile_worker.jobs j on j.key = 'run:' || first.id`);
  });
}

const countRuns = async (where: string): Promise<number> => {
  const [row] = (
    await db.execute<{ n: number }>(sql`
    select count(*)::int as n from workflow_runs where ${sql.raw(where)}`)
  ).rows;
  return row?.n ?? 0;
};

/** Of a step: its run is no copy. */
const MADE = sql`workflow_run_id like 'r%'`;

const WAITS = "status = 'running' and waiting_since is not null and claimed_by is null";

/** Jobs that are at work or due, and runs that wait. */
async function activity(): Promise<{ jobs: number; waiting: number }> {
  const { rows: jobs } = await db.execute(sql`
    select 1 from graphile_worker.jobs where locked_at is not null or run_at <= now()`);
  return { jobs: jobs.length, waiting: await countRuns(WAITS) };
}

async function startWorker() {
  const worker = await startWorkerProcess(server.url, { PHASEBOARD_CONCURRENCY: String(CONCURRENCY) });
  // What it reads and takes at its start is no part of what it costs.
  await sleep(2_000);
  return worker;
}

/** What a worker that has nothing to do costs. Nobody else may ask the database meanwhile. */
async function costOf(pid: number) {
  const transactions = async () => {
    // Statistics are written at most once a second.
    await sleep(1_100);
    const [row] = (
      await db.execute<{ n: number }>(sql`
      select (xact_commit + xact_rollback)::int as n from pg_stat_database where datname = current_database()`)
    ).rows;
    return row?.n ?? 0;
  };
  const before = await transactions();
  await sleep(WINDOW_MS);
  const after = await transactions();
  const [connections] = (
    await db.execute<{ n: number }>(sql`
    select count(*)::int as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'test'`)
  ).rows;
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return {
    transactions: after - before,
    connections: connections?.n ?? 0,
    memoryMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    children: listTree({ root: pid, marked: () => false }).length - 1,
  };
}

it(
  `${WAITING} runs that wait for people and as many asleep cost nothing, outlive everything, and go on`,
  async () => {
    const first = await startWorker();
    const idle = await costOf(first.pid);
    await startRuns(asking);
    await startRuns(sleeping);
    await expect.poll(activity, { timeout: PATIENCE_MS }).toEqual({ jobs: 0, waiting: 2 * RUNS });
    await copyRuns(asking);
    await copyRuns(sleeping);

    first.kill("SIGKILL");
    const before = server.pid;
    process.kill(before, "SIGKILL");
    await expect.poll(() => server.pid).toSatisfy((pid: number) => pid !== 0 && pid !== before);
    const answers = () => countRuns("true").catch(() => -1);
    await expect.poll(answers).toBe(2 * WAITING);
    const second = await startWorker();
    // What the first had under way as it was killed is looked at again, once.
    await expect.poll(activity, { timeout: 60_000 }).toEqual({ jobs: 0, waiting: 2 * WAITING });
    const waiting = await costOf(second.pid);
    expect(await countRuns(WAITS)).toBe(2 * WAITING);
    // Noise: ticks of a worker's clocks, the server's own housekeeping. A query each would be 2,000 more.
    expect(waiting.transactions).toBeLessThanOrEqual(idle.transactions + 40);
    expect(waiting.connections).toBeLessThanOrEqual(idle.connections + 4);
    expect(waiting.memoryMb).toBeLessThan(idle.memoryMb + 50);
    expect(waiting.children).toBe(idle.children);

    const { rows: asked } = await db.execute<{ id: string }>(sql`
      select id from workflow_run_steps where waiting_for = 'approval' and ${MADE}`);
    expect(asked).toHaveLength(RUNS);
    const decide = callerOf(db, asking.owner).steps.decide;
    const open = asked.values();
    const decideAll = async () => {
      for (const { id } of open) await decide({ id, decision: "approve" });
    };
    await Promise.all(Array.from({ length: 8 }, decideAll));
    // Three days pass.
    await db.execute(sql`
      update workflow_run_steps set wake_at = now() where waiting_for = 'sleep' and ${MADE}`);
    await db.execute(sql`
      select graphile_worker.reschedule_jobs(array_agg(j.id), run_at := now())
      from graphile_worker.jobs j join workflow_run_steps on j.key = 'run:' || workflow_run_id
      where waiting_for = 'sleep' and ${MADE}`);
    await expect.poll(() => countRuns("status = 'completed'"), { timeout: PATIENCE_MS }).toBe(2 * RUNS);
    const [results] = (
      await db.execute<{ attempts: number; results: number }>(sql`
      select count(*)::int as attempts, count(*) filter (where a.status = 'completed')::int as results
      from workflow_run_step_attempts a join workflow_run_steps s on s.id = a.workflow_run_step_id
      where ${MADE}`)
    ).rows;
    expect(results).toEqual({ attempts: 2 * RUNS, results: 2 * RUNS });
  },
  120_000 + 3 * PATIENCE_MS,
);
