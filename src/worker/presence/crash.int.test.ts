import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { artifactsKey, logKey } from "../../engine/logs/paths";
import { isAlive } from "../../lib/process-tree";
import { readProcesses } from "../../lib/process-tree-linux";
import { enqueueAdvance } from "../../queue/enqueue";
import { sweep } from "../../storage/sweep";
import { testDatabase } from "../../test/database";
import { type MadeRun, makeProject, makeRun, scriptStep } from "../../test/factories";
import { hostPids } from "../../test/host-pids";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";
import { fileLogs } from "../logs/file-logs";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

/** Five steps that append to a file; the third also says its process id and waits for a file to be there. */
async function startFive(): Promise<MadeRun & { path: string }> {
  const append = `echo "$PHASEBOARD_STEP_ID $PHASEBOARD_IDEMPOTENCY_KEY" >> calls.txt`;
  const step = (id: string) => scriptStep(id, append);
  const wait = "while [ ! -e release ]; do sleep 0.05; done";
  const third = scriptStep("c", `${append}; echo $$ >> pids.txt; ${wait}`);
  const made = await makeProject(database.db, { steps: [step("a"), step("b"), third, step("d"), step("e")] });
  const run = await makeRun(database.db, made);
  await enqueueAdvance(database.db, run.run.id);
  return { ...run, path: made.project.path };
}

async function lines(path: string): Promise<string[]> {
  return readFile(path, "utf8").then(
    (text) => text.trim().split("\n").filter(Boolean),
    () => [],
  );
}

/** The process ids, outside of a box, that the third step's attempts have said so far, once there are `count`. */
async function untilPids(path: string, count: number): Promise<number[]> {
  const said = () => lines(join(path, "pids.txt"));
  await expect.poll(said).toHaveLength(count);
  return hostPids(path, await said());
}

async function untilDraining(): Promise<void> {
  const draining = () => database.db.execute(sql`select 1 from workers where draining`);
  await expect.poll(async () => (await draining()).rows).toHaveLength(1);
}

async function holderOf(runId: string): Promise<number> {
  const [row] = (
    await database.db.execute<{ pid: number }>(sql`
    select w.pid from workflow_runs r join workers w on w.id = r.claimed_by where r.id = ${runId}`)
  ).rows;
  return row?.pid ?? 0;
}

const counted = (calls: string[]) =>
  Object.fromEntries(
    ["a", "b", "c", "d", "e"].map((id) => [id, calls.filter((call) => call.startsWith(`${id} `)).length]),
  );

async function attemptsOf(runId: string) {
  const { rows } = await database.db.execute<{ step_id: string; number: number; status: string }>(sql`
    select s.step_id, a.number, a.status from workflow_run_step_attempts a
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    where s.workflow_run_id = ${runId} order by s.position, a.number`);
  return rows;
}

describe("a worker that dies in the third of five steps", () => {
  it("killed with -9: a peer goes on soon, and each step has one recorded result", async () => {
    const workers = [await startWorkerProcess(database.url), await startWorkerProcess(database.url)];
    const { run, path } = await startFive();
    const [child] = await untilPids(path, 1);
    const pid = await holderOf(run.id);
    workers.find((worker) => worker.pid === pid)?.kill("SIGKILL");
    const killed = Date.now();
    await untilPids(path, 2);
    expect(Date.now() - killed).toBeLessThan(20_000);
    expect(isAlive(child ?? 0)).toBe(false);

    await writeFile(join(path, "release"), "");
    await untilRun(database.db, run.id, "completed");
    const calls = await lines(join(path, "calls.txt"));
    expect(counted(calls)).toEqual({ a: 1, b: 1, c: 2, d: 1, e: 1 });
    expect(new Set(calls).size).toBe(5);
    expect((await readRun(database.db, run.id)).run).toMatchObject({
      epoch: 2,
      claimed_by: null,
      current_step_index: 5,
    });
    expect(await attemptsOf(run.id)).toEqual(
      ["a", "b", "c", "d", "e"].map((step_id) => ({ step_id, number: 1, status: "completed" })),
    );
    await fileLogs(database.db, run.id);
    const log = await readFile(join(path, logKey(run.id, "c", 1, "events")), "utf8");
    expect(log).toContain("The worker was interrupted");
    const { rows: comments } = await database.db.execute<{ text: string }>(sql`
      select text from workflow_comments where workflow_run_id = ${run.id} and comment_type = 'system'`);
    expect(comments.map((comment) => comment.text)).toEqual([
      "Taken over by another worker after the first one stopped; step **c** runs again from its start.",
    ]);
  });

  it("frozen until takeover and woken: it changes nothing, its child is gone", async () => {
    const workers = [await startWorkerProcess(database.url), await startWorkerProcess(database.url)];
    const { run, path } = await startFive();
    const [child] = await untilPids(path, 1);
    const pid = await holderOf(run.id);
    const frozen = workers.find((worker) => worker.pid === pid);
    if (!frozen) throw new Error("no worker holds the run");
    frozen.kill("SIGSTOP");
    await untilPids(path, 2);
    frozen.kill("SIGCONT");
    await expect.poll(() => isAlive(child ?? 0)).toBe(false);
    await writeFile(join(path, "release"), "");
    await untilRun(database.db, run.id, "completed");
    expect(counted(await lines(join(path, "calls.txt")))).toEqual({ a: 1, b: 1, c: 2, d: 1, e: 1 });
    expect(await attemptsOf(run.id)).toHaveLength(5);
    expect((await readRun(database.db, run.id)).run.epoch).toBe(2);
    const registered = async () => {
      const { rows } = await database.db.execute<{ n: number }>(sql`select count(*)::int as n from workers`);
      return rows[0]?.n;
    };
    await expect.poll(registered).toBe(2);
  });
});

describe("a worker that is killed while it keeps artifacts", () => {
  it("leaves each file with one row, and no row without its file", async () => {
    const workers = [await startWorkerProcess(database.url), await startWorkerProcess(database.url)];
    const make = `echo $$ >> pids.txt; i=0; while [ $i -lt 200 ]; do echo $i > $PHASEBOARD_ARTIFACTS/$i; i=$((i + 1)); done`;
    const made = await makeProject(database.db, { steps: [scriptStep("make", make)] });
    const { run } = await makeRun(database.db, made);
    await enqueueAdvance(database.db, run.id);
    const noted = async () =>
      (
        await database.db.execute(
          sql`select key from storage_deletions where key like ${`%/${run.id}/artifacts/%`}`,
        )
      ).rows;
    const kept = () => readdir(join(made.project.path, artifactsKey(run.id, "make"))).catch(() => []);
    await expect.poll(async () => (await kept()).length).toBeGreaterThan(20);
    const pid = await holderOf(run.id);
    workers.find((worker) => worker.pid === pid)?.kill("SIGKILL");
    await untilRun(database.db, run.id, "completed");
    expect(await lines(join(made.project.path, "pids.txt"))).toHaveLength(2);

    const { rows } = await database.db.execute<{ file_path: string; name: string }>(sql`
      select a.file_path, a.name from workflow_artifacts a
      join workflow_run_steps s on s.id = a.workflow_run_step_id where s.workflow_run_id = ${run.id}`);
    expect(new Set(rows.map((row) => row.name)).size).toBe(200);
    expect(rows).toHaveLength(200);
    expect((await kept()).length).toBeGreaterThan(200);
    await sweep(database.db);
    expect((await kept()).sort()).toEqual(rows.map((row) => basename(row.file_path)).sort());
    expect(await noted()).toEqual([]);
  });
});

/** The shell that a worker has beside it, once it is another one than `before`. */
async function untilGuard(worker: number, before?: number): Promise<number> {
  const find = () =>
    readProcesses().find(
      ({ pid, parent }) =>
        parent === worker && pid !== before && readCommand(pid).includes("phaseboard-guard"),
    )?.pid;
  await expect.poll(find).toBeDefined();
  return find() ?? 0;
}

function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

describe("the last worker", () => {
  const loop = "echo $$ >> pids.txt; while :; do sleep 1; done";
  // One has left the session, the other one the environment.
  const children = `setsid sh -c 'trap "" TERM; ${loop}' &
    env -i PATH="$PATH" sh -c 'trap "" TERM; ${loop}' &`;
  const stays = `${children} echo $$ >> pids.txt; wait`;
  /** The shell itself gives its place to a program without an environment. */
  const leaves = `${children} sleep 0.5; exec env -i PATH="$PATH" sh -c '${loop}'`;

  it.each([
    ["killed with -9", stays],
    ["killed with -9 in a step that has lost its environment", leaves],
    ["killed with -9 after its guard was", leaves],
    ["left by its supervisor", leaves],
  ])(
    "%s takes its children along, at any depth",
    async (how, tree) => {
      const worker = await startWorkerProcess(database.url);
      if (how.includes("its guard")) {
        const guard = await untilGuard(worker.pid);
        process.kill(guard, "SIGKILL");
        await untilGuard(worker.pid, guard);
      }
      const made = await makeProject(database.db, { steps: [scriptStep("tree", tree)] });
      const { run } = await makeRun(database.db, made);
      await enqueueAdvance(database.db, run.id);
      const pids = await untilPids(made.project.path, 3);
      const exited = once(worker, "exit");
      if (how === "left by its supervisor") worker.disconnect();
      else worker.kill("SIGKILL");
      await exited;
      await expect.poll(() => pids.filter(isAlive)).toEqual([]);
      await database.db.execute(sql`update workflow_runs set status = 'cancelled' where id = ${run.id}`);
    },
    30_000,
  );
});

describe("a worker that is asked to stop", () => {
  it("lets the step in flight end and hands the run over", async () => {
    const first = await startWorkerProcess(database.url);
    const { run, path } = await startFive();
    await untilPids(path, 1);
    first.kill("SIGTERM");
    await untilDraining();
    await writeFile(join(path, "release"), "");
    const [code] = await once(first, "exit");
    expect(code).toBe(0);
    const between = await readRun(database.db, run.id);
    expect(between.run).toMatchObject({ status: "running", claimed_by: null });
    expect(between.steps.map((step) => step.status)).toEqual([
      "completed",
      "completed",
      "completed",
      "pending",
      "pending",
    ]);
    await startWorkerProcess(database.url);
    await untilRun(database.db, run.id, "completed");
    expect(counted(await lines(join(path, "calls.txt")))).toEqual({ a: 1, b: 1, c: 1, d: 1, e: 1 });
  });

  it("ends a step that takes too long, which is run again under its attempt", async () => {
    const first = await startWorkerProcess(database.url, { DRAIN_MS: "200" });
    const { run, path } = await startFive();
    const [child] = await untilPids(path, 1);
    first.kill("SIGTERM");
    await once(first, "exit");
    expect(isAlive(child ?? 0)).toBe(false);
    await startWorkerProcess(database.url);
    await untilPids(path, 2);
    const steps = (await readRun(database.db, run.id)).steps;
    expect(steps[2]).toMatchObject({ status: "running", attempt: 1 });
  });
});
