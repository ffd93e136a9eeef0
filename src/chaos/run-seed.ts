import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { closeDatabase, type Db, openDatabase } from "../db/client";
import { startEmbeddedPostgres } from "../db/embedded";
import { migrate } from "../db/migrate";
import { waitFor } from "../lib/wait-for";
import { migrateQueue } from "../queue/migrate";
import { installAudit } from "./audit";
import { befall } from "./befall";
import { Fleet } from "./fleet";
import { Harness } from "./harness";
import { makePlan } from "./plan";
import { prove } from "./prove";
import { setSilence } from "./silence";
import { makeCaller, makeProject, settle } from "./subject";

export interface ChaosOptions {
  seed: number;
  runs: number;
  workers: number;
  /** Milliseconds in which runs are made and faults happen. */
  span: number;
  /** Milliseconds for which Postgres is away. */
  outage: number;
  /** Milliseconds that runs may take to end after the last fault. */
  patience: number;
  /** The program of a worker, as arguments of node, and the agent's file. */
  program: string[];
  agent: string;
  log: (line: string) => void;
}

export interface ChaosResult {
  /** Each violation in words. */
  faults: string[];
  /** The folder with its files; null where there was no violation. */
  folder: string | null;
  summary: string;
}

/** Milliseconds for jobs that wait for a retry, and for the reconciler. */
const JOBS_MS = 60_000;
const PASSWORD = "chaos";
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Plays the plan of one seed on a server and workers of its own, and proves that nothing was lost or done twice. */
export async function runSeed(options: ChaosOptions): Promise<ChaosResult> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-chaos-"));
  const server = await startEmbeddedPostgres({ dataDir: folder, log: () => {} });
  let isRight = false;
  try {
    await migrate(server.url, { queue: migrateQueue });
    const db = openDatabase(server.url, { name: "chaos", statementMs: 30_000 });
    try {
      const result = await play(options, folder, db, server);
      isRight = result.faults.length === 0;
      return { ...result, folder: isRight ? null : folder };
    } finally {
      await closeDatabase(db);
    }
  } finally {
    await server.stop();
    if (isRight) await rm(folder, { recursive: true, force: true });
  }
}

async function play(
  options: ChaosOptions,
  folder: string,
  db: Db,
  server: Awaited<ReturnType<typeof startEmbeddedPostgres>>,
): Promise<Pick<ChaosResult, "faults" | "summary">> {
  const began = Date.now();
  const plan = makePlan(options.seed, options);
  const roles = Array.from({ length: options.workers }, (_, place) => `chaos_worker_${place}`);
  await installAudit(db, roles, PASSWORD);
  const caller = await makeCaller(db);
  const path = join(folder, "project");
  const project = await makeProject(caller, path, options.agent);
  // Only for some seeds, since a silent agent takes long.
  await setSilence(path, options.seed % 4 === 1);
  const fleet = await Fleet.start({
    databaseUrl: server.url,
    roles,
    password: PASSWORD,
    program: options.program,
    env: {
      PHASEBOARD_DATA_DIR: folder,
      PHASEBOARD_CONCURRENCY: "6",
      PHASEBOARD_LOG_LEVEL: logLevel(),
      // All steps write into one log of calls, which lies outside of what a boxed run with a clone may touch.
      PHASEBOARD_SANDBOX: "off",
    },
    log: options.log,
  });
  const harness = new Harness(caller, project, options.log);
  const interrupt = () => {
    fleet.kill();
    void server.stop().finally(() => process.exit(130));
  };
  for (const signal of SIGNALS) process.once(signal, interrupt);
  const faults: string[] = [];
  try {
    await Promise.all([
      harness.play(plan.runs),
      befall(plan.faults, { fleet, server, db, workspaces: join(folder, "workspaces"), log: options.log }),
    ]);
    const ended = await waitFor(async () => {
      await sleep(200);
      return (await harness.countOpen().catch(() => 1)) === 0;
    }, options.patience);
    // Jobs for runs that have ended are still taken and dropped.
    await waitFor(async () => {
      await sleep(200);
      return (await countJobs(db)) === 0;
    }, JOBS_MS);
    if (!ended) faults.push(`not every run ended within ${options.patience / 1_000} s of calm`);
  } finally {
    await harness.stop();
    faults.push(...(await fleet.stop(40_000)));
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
  }
  await settle(db);
  faults.push(...(await prove(db, path, harness.expected())));
  const [count] = (
    await db.execute<{ changes: number; claims: number }>(sql`
    select (select count(*) from chaos_changes)::int as changes, (select sum(epoch) from workflow_runs)::int as claims`)
  ).rows;
  const summary = `${plan.runs.length} runs, ${plan.faults.length} faults, ${count?.claims} claims, ${count?.changes} changes, ${Math.round((Date.now() - began) / 1_000)} s`;
  return { faults, summary };
}

async function countJobs(db: Db): Promise<number> {
  const [count] = (await db.execute<{ n: number }>(sql`select count(*)::int as n from graphile_worker.jobs`))
    .rows;
  return count?.n ?? 0;
}

const logLevel = () => process.env.PHASEBOARD_LOG_LEVEL ?? "silent";
