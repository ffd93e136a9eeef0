import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logKey } from "../../engine/logs/paths";
import { isAlive } from "../../lib/process-tree";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { hostPids } from "../../test/host-pids";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { fileLogs } from "../logs/file-logs";
import { runWorker, type Worker } from "../main";

const database = testDatabase({ fresh: true });
let worker: Worker;
beforeEach(async () => {
  worker = await runWorker({ databaseUrl: database.url, concurrency: 8, dataDir: "/tmp", drainMs: 0 });
});
afterEach(() => worker.drain());

const callRuns = (made: MadeProject) => callerOf(database.db, made.owner).runs;
const wait = (file: string) => `while [ ! -e ${file} ]; do sleep 0.02; done`;

async function startRun(made: MadeProject): Promise<string> {
  const { run } = await makeRun(database.db, made);
  await enqueueAdvance(database.db, run.id);
  return run.id;
}

async function untilLines(file: string, count: number): Promise<string[]> {
  const read = () =>
    readFile(file, "utf8").then(
      (text) => text.split("\n").filter(Boolean),
      () => [],
    );
  await expect.poll(async () => (await read()).length).toBeGreaterThanOrEqual(count);
  return read();
}

describe("control of a run", () => {
  it("cancel ends a tree that ignores SIGTERM, grandchild and all, once its ten seconds are over", async () => {
    const tree = `trap '' TERM; echo $$ >> pids
      setsid sh -c 'trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &
      while :; do sleep 1; done`;
    const made = await makeProject(database.db, {
      steps: [scriptStep("stubborn", tree), scriptStep("next", "true")],
    });
    const id = await startRun(made);
    const pids = hostPids(made.project.path, await untilLines(join(made.project.path, "pids"), 2));
    const asked = Date.now();
    await callRuns(made).cancel({ id });
    const after = await readRun(database.db, id);
    expect(after.run.status).toBe("cancelled");
    expect(after.steps).toMatchObject([
      { status: "failed", error_message: "Cancelled by Owner" },
      { status: "skipped" },
    ]);
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    expect(Date.now() - asked).toBeLessThan(25_000);
    const holder = async () => (await readRun(database.db, id)).run.claimed_by;
    await expect.poll(holder).toBeNull();
    await fileLogs(database.db, id);
    const log = await readFile(join(made.project.path, logKey(id, "stubborn", 1, "events")), "utf8");
    expect(log).toContain("Cancelled");
  });

  it("pause lets the step in flight end and starts no other; resume goes on with the next", async () => {
    const made = await makeProject(database.db, {
      steps: [scriptStep("one", `echo one >> calls; ${wait("go")}`), scriptStep("two", "echo two >> calls")],
    });
    const id = await startRun(made);
    await untilLines(join(made.project.path, "calls"), 1);
    await callRuns(made).pause({ id });
    await writeFile(join(made.project.path, "go"), "");
    const holder = async () => (await readRun(database.db, id)).run.claimed_by;
    await expect.poll(holder).toBeNull();
    const paused = await readRun(database.db, id);
    expect(paused.run.status).toBe("paused");
    expect(paused.steps.map((step) => step.status)).toEqual(["completed", "pending"]);
    await callRuns(made).resume({ id });
    await untilRun(database.db, id, "completed");
    expect(await untilLines(join(made.project.path, "calls"), 2)).toEqual(["one", "two"]);
  });

  it("resume while the paused step still runs loses nothing", async () => {
    const made = await makeProject(database.db, {
      steps: [scriptStep("one", `echo one >> calls; ${wait("go")}`), scriptStep("two", "echo two >> calls")],
    });
    const id = await startRun(made);
    await untilLines(join(made.project.path, "calls"), 1);
    await callRuns(made).pause({ id });
    await callRuns(made).resume({ id });
    await writeFile(join(made.project.path, "go"), "");
    await untilRun(database.db, id, "completed");
    expect(await untilLines(join(made.project.path, "calls"), 2)).toEqual(["one", "two"]);
  });

  it("cancel and retry at once: the old tree is gone before the step runs again", async () => {
    const made = await makeProject(database.db, {
      steps: [scriptStep("one", `echo "$$ $PHASEBOARD_ATTEMPT" >> calls; ${wait("go")}`)],
    });
    const id = await startRun(made);
    const [first = ""] = await untilLines(join(made.project.path, "calls"), 1);
    const [pid = 0] = hostPids(made.project.path, [Number.parseInt(first, 10)]);
    await callRuns(made).cancel({ id });
    await callRuns(made).retry({ id });
    const calls = await untilLines(join(made.project.path, "calls"), 2);
    expect(isAlive(pid)).toBe(false);
    expect(calls.map((call) => call.split(" ")[1])).toEqual(["1", "2"]);
    await writeFile(join(made.project.path, "go"), "");
    await untilRun(database.db, id, "completed");
  });

  it("retries a step with its delay, a row an attempt", async () => {
    const retry = { attempts: 3, delay_ms: 100, backoff: "exponential" } as const;
    const made = await makeProject(database.db, {
      steps: [scriptStep("flaky", '[ "$PHASEBOARD_ATTEMPT" = 3 ]', { retry })],
    });
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    const { rows: attempts } = await database.db.execute(sql`
      select a.number, a.status, a.exit_code from workflow_run_step_attempts a
      join workflow_run_steps s on s.id = a.workflow_run_step_id where s.workflow_run_id = ${id} order by a.number`);
    expect([...attempts]).toEqual([
      { number: 1, status: "failed", exit_code: 1 },
      { number: 2, status: "failed", exit_code: 1 },
      { number: 3, status: "completed", exit_code: 0 },
    ]);
  });

  it("keeps to the project's limit, in the order in which runs were made", async () => {
    const made = await makeProject(database.db, {
      steps: [
        scriptStep(
          "one",
          `echo "$PHASEBOARD_RUN_ID in" >> calls; sleep 0.05; echo "$PHASEBOARD_RUN_ID out" >> calls`,
        ),
      ],
      max_concurrent_runs: 1,
    });
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push(await startRun(made));
    for (const id of ids) await untilRun(database.db, id, "completed");
    const calls = await untilLines(join(made.project.path, "calls"), 12);
    expect(calls).toEqual(ids.flatMap((id) => [`${id} in`, `${id} out`]));
  });

  it("a cancelled run makes room for the next of its project", async () => {
    const made = await makeProject(database.db, {
      steps: [scriptStep("one", wait("go"))],
      max_concurrent_runs: 1,
    });
    const first = await startRun(made);
    const second = await startRun(made);
    await untilRun(database.db, first, "running");
    await callRuns(made).cancel({ id: first });
    await untilRun(database.db, second, "running");
    await writeFile(join(made.project.path, "go"), "");
    await untilRun(database.db, second, "completed");
  });
});
