import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { closeDatabase, type Db, openDatabase } from "../db/client";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../db/embedded";
import { migrate } from "../db/migrate";
import { waitFor } from "../lib/wait-for";
import { migrateQueue } from "../queue/migrate";
import { bundleProgram } from "../test/bundle";
import { FAILPOINTS } from "../worker/failpoints";
import { installAudit } from "./audit";
import { Harness } from "./harness";
import { makePlan } from "./plan";
import { prove } from "./prove";
import { setSilence } from "./silence";
import { makeCaller, makeProject, settle } from "./subject";

/** Workers at a time, each to die at a failpoint of its own. */
const AT_ONCE = 18;
const CACHE = "node_modules/.cache/phaseboard-test";
const ROLES = Array.from({ length: AT_ONCE + 1 }, (_, place) => `chaos_worker_${place}`);
const [HEALTHY = ""] = ROLES;

let server: EmbeddedPostgres;
let folder: string;
let db: Db;
let worker: string;
const running = new Set<ChildProcess>();
/** Told to stop. */
const leaving = new WeakSet<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "phaseboard-failpoints-"));
  server = await startEmbeddedPostgres({ dataDir: folder, log: () => {}, durable: false });
  await migrate(server.url, { queue: migrateQueue });
  db = openDatabase(server.url, { name: "test" });
  await installAudit(db, ROLES, "chaos");
  worker = await bundleProgram("src/test/worker-entry.ts", `${CACHE}/failpoints-${process.pid}.mjs`, {
    whole: true,
  });
});
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  await closeDatabase(db);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function start(role: string, env: Record<string, string> = {}): ChildProcess {
  const url = new URL(server.url);
  url.username = role;
  url.password = "chaos";
  const own = {
    PHASEBOARD_LOG_LEVEL: "silent",
    DATABASE_URL: url.href,
    LEFTOVERS_MS: "1000",
    PHASEBOARD_CONCURRENCY: "2",
  };
  const child = spawn(process.execPath, [worker], {
    env: { ...process.env, ...own, ...env },
    stdio: ["ignore", "ignore", "ignore"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

const isAlive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

/** Brings about what a failpoint waits for and no run does by itself. */
async function provoke(point: string, child: ChildProcess, role: string, harness: Harness): Promise<void> {
  if (point.startsWith("leave")) {
    // Before it takes jobs it does not listen for signals either.
    const [ready] = (
      await db.execute(sql`select 1 from workers where pid = ${child.pid ?? 0} and pool_id <> ''`)
    ).rows;
    // Once: a second signal ends it before it has left.
    if (ready && !leaving.has(child)) child.kill("SIGTERM");
    if (ready) leaving.add(child);
  }
  if (point.startsWith("release.remains")) {
    const { rows: held } = await db.execute<{ id: string }>(sql`
      select r.id from workflow_runs r join chaos_workers c on c.id = r.claimed_by
      where c.role = ${role} and r.status = 'running'`);
    for (const { id } of held) await harness.cancel(id);
  }
  // As where a release was lost: the worker's own claim, on which it does not work.
  if (point.startsWith("look")) {
    await db.execute(sql`
      update workflow_runs set claimed_by = (
        select w.id from workers w join chaos_workers c using (id) where c.role = ${role}
        order by w.started_at desc limit 1)
      where id = (
        select id from workflow_runs where claimed_by is null and waiting_since is not null
        order by id limit 1 for update skip locked)`);
  }
}

it("a worker dies at each failpoint once, and nothing is lost", async () => {
  const agent = await bundleProgram("src/chaos/agent.ts", `${CACHE}/chaos-agent-${process.pid}.mjs`);
  const path = join(folder, "project");
  const caller = await makeCaller(db);
  const harness = new Harness(caller, await makeProject(caller, path, agent), () => {});
  const unreached: string[] = [];
  let seed = 0;
  for (let at = 0; at < FAILPOINTS.length; at += AT_ONCE) {
    const points = FAILPOINTS.slice(at, at + AT_ONCE);
    await setSilence(
      path,
      points.some((point) => point.startsWith("session.stall")),
    );
    const victims = points.map((point, place) => {
      const role = ROLES[place + 1] ?? HEALTHY;
      return { point, role, child: start(role, { PHASEBOARD_FAILPOINT: point }) };
    });
    const alive = () => victims.filter(({ child }) => isAlive(child));
    for (let round = 0; round < 40 && alive().length > 0; round++) {
      // As many runs as there are kinds, made at once; some are cancelled and paused on their way.
      if ((await harness.countOpen()) < 16) {
        const { runs } = makePlan(++seed, { runs: 16, workers: 1, span: 0, outage: 0 });
        harness.play(runs).catch(() => {});
      }
      const fodder = start(HEALTHY);
      await waitFor(() => alive().length === 0, 2_500);
      for (const { point, role, child } of alive()) await provoke(point, child, role, harness);
      await waitFor(() => alive().length === 0, 2_500);
      fodder.kill("SIGKILL");
    }
    for (const { point, child } of victims) {
      if (child.signalCode !== "SIGKILL") unreached.push(point);
      if (isAlive(child)) child.kill("SIGKILL");
    }
  }
  expect(unreached).toEqual([]);

  const last = [start(HEALTHY), start(ROLES[1] ?? HEALTHY)];
  await expect.poll(() => harness.countOpen(), { timeout: 120_000 }).toBe(0);
  await harness.stop();
  for (const child of last) {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  }
  await settle(db);
  expect(await prove(db, path, harness.expected())).toEqual([]);
}, 600_000);
