import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Db } from "../db/client";
import { logKey } from "../engine/logs/paths";
import {
  type Change,
  type Checkpoint,
  type Claim,
  ClaimLost,
  type RunState,
  type RunStore,
  type StartedAttempt,
} from "../engine/ports";
import { newId } from "../lib/ids";
import { waitFor } from "../lib/wait-for";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../test/factories";
import { readRun } from "../test/runs";
import { createLogSink } from "./log-sink";
import { readOutput } from "./run-state";
import { sealLeftovers } from "./seal-leftovers";
import type { SeenByClaims } from "./seen";
import { createRunStore } from "./store";
import { writeCheckpoint } from "./write-checkpoint";

const database = testDatabase();
const workers = ["storetestworkera", "storetestworkerb"] as const;
const STEPS = [scriptStep("one", "true"), scriptStep("two", "true", { phase: "late" })];

let made: MadeProject;
let stores: [RunStore, RunStore];

beforeAll(async () => {
  made = await makeProject(database.db, { steps: STEPS });
  for (const id of workers) {
    await database.db.execute(sql`
      insert into workers (id, host, pid, pool_id) values (${id}, 'test', 1, ${id}) on conflict do nothing`);
  }
  stores = [storeOf(workers[0]), storeOf(workers[1])];
});

const storeOf = (id: string, seen: SeenByClaims = new WeakMap()) =>
  createRunStore(database.db, { workerId: () => id, isHeld: () => false, isLastPlace: () => false, seen });

async function claimed(store: RunStore, runId: string): Promise<{ claim: Claim; state: RunState }> {
  const result = await store.claim(runId);
  if (result.kind !== "claimed") throw new Error(`the run was ${result.kind}`);
  return result;
}

/** As if the worker had been taken over: its claim is cleared, the epoch stays. */
async function clearClaim(runId: string): Promise<void> {
  await database.db.execute(sql`update workflow_runs set claimed_by = null where id = ${runId}`);
}

const SEALED = { sealed: true, rest: [] };
const NOTHING: Change = {
  checkpoints: [],
  finished: [],
  skipped: [],
  started: [],
  ended: null,
  steps_ended: 0,
};

function startOf(state: RunState, index: number): Change & { attempt: StartedAttempt } {
  const step = state.steps[index];
  const definition = STEPS[index];
  if (!step || !definition) throw new Error(`there is no step ${index}`);
  const attempt = { step, definition, attempt_id: newId(), number: step.attempt + 1, waiting: null };
  return { ...NOTHING, started: [attempt], attempt };
}

function finishOf({ attempt }: ReturnType<typeof startOf>, again = false): Change {
  const result = { status: "completed", output: { ok: true }, exit_code: 0, signal: null } as const;
  const failed = { ...result, status: "failed", error_message: "no\0no" } as const;
  const { step, attempt_id } = attempt;
  const finished = { step, attempt_id, again, log: SEALED, artifacts: [] };
  return { ...NOTHING, finished: [{ ...finished, result: again ? failed : result }], steps_ended: 1 };
}

const eventsOf = async (runId: string) =>
  (
    await database.db.execute<{ type: string }>(
      sql`select type from workflow_events where workflow_run_id = ${runId} order by seq`,
    )
  ).map((event) => event.type.replace("workflow.", ""));

const commentsOf = async (runId: string) =>
  (
    await database.db.execute<{ text: string }>(
      sql`select text from workflow_comments where workflow_run_id = ${runId} and comment_type = 'system'`,
    )
  ).map((comment) => comment.text);

describe("what values say", () => {
  const VALUE = { zeta: 1, b: { y: [{ d: 1, c: 2 }], a: null }, alpha: "\u2028" };
  const TEXT = JSON.stringify(VALUE);
  const withOutput = (change: Change): Change => ({
    ...change,
    finished: change.finished.map((each) => ({ ...each, result: { ...each.result, output: VALUE } })),
  });
  const textsOf = ({ steps }: RunState) => steps.map(({ output }) => JSON.stringify(output ?? null));

  it("is one text after a record, a checkpoint, a recovery and a retry", async () => {
    const { run } = await makeRun(database.db, made, { args: VALUE });
    const first = await claimed(stores[0], run.id);
    expect(JSON.stringify(first.claim.run.args)).toBe(TEXT);
    const one = startOf(first.state, 0);
    await stores[0].record(first.claim, one);
    await stores[0].record(first.claim, withOutput(finishOf(one)));
    const two = startOf(first.state, 1);
    await stores[0].record(first.claim, two);
    const { finished } = withOutput(finishOf(two));
    const checkpoint: Checkpoint = { ordinal: 1, finished, started: [] };
    await writeCheckpoint(database.db, first.claim, checkpoint);
    await clearClaim(run.id);
    const second = await claimed(stores[1], run.id);
    expect(textsOf(second.state)).toEqual([TEXT, TEXT]);
    expect(JSON.stringify(second.claim.run.args)).toBe(TEXT);
    const ended = { status: "completed", error_message: null, output: VALUE } as const;
    await stores[1].record(second.claim, { ...NOTHING, steps_ended: 2, ended });
    const read = await readRun(database.db, run.id);
    expect(JSON.stringify(read.run.output)).toBe(TEXT);
    expect(read.steps.map(({ output }) => JSON.stringify(output))).toEqual([TEXT, TEXT]);
  });

  it("that are null are none", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, one);
    const nothing = finishOf(one);
    for (const each of nothing.finished) each.result = { ...each.result, output: null };
    await writeCheckpoint(database.db, claim, { ordinal: 1, finished: nothing.finished, started: [] });
    await clearClaim(run.id);
    await claimed(stores[1], run.id);
    const [row] = await database.db.execute(sql`
      select output is null as none, output_bytes from workflow_run_steps
      where workflow_run_id = ${run.id} and step_id = 'one'`);
    expect(row).toEqual({ none: true, output_bytes: null });
  });
});

describe("claim", () => {
  it("starts a pending run once, raises its epoch, and tells of it", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    expect(claim.epoch).toBe(1);
    expect(state).toMatchObject({ status: "running", steps: [{ step_id: "one" }, { step_id: "two" }] });
    expect(await stores[1].claim(run.id)).toEqual({ kind: "busy" });
    expect((await readRun(database.db, run.id)).run).toMatchObject({
      status: "running",
      claimed_by: workers[0],
    });
    expect(await eventsOf(run.id)).toEqual(["execution.status_changed"]);
  });

  it("is won by one of many at the same time", async () => {
    const { run } = await makeRun(database.db, made);
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) => stores[index % 2 === 0 ? 0 : 1].claim(run.id)),
    );
    const won = results.filter((result) => result.kind === "claimed");
    // Nothing here is held, so the winner's own process may claim again; never both.
    const owners = new Set(won.map((result) => (result.kind === "claimed" ? result.claim.worker_id : "")));
    expect(owners.size).toBe(1);
    expect((await readRun(database.db, run.id)).run.epoch).toBe(won.length);
  });

  it("of an interrupted run goes on under the next epoch and keeps when it was started", async () => {
    const { run } = await makeRun(database.db, made);
    const first = await claimed(stores[0], run.id);
    const started = startOf(first.state, 0);
    await stores[0].record(first.claim, started);
    const before = (await readRun(database.db, run.id)).run.started_at;
    await clearClaim(run.id);
    const second = await claimed(stores[1], run.id);
    expect(second.claim.epoch).toBe(2);
    expect(second.state.steps[0]).toMatchObject({
      status: "running",
      attempt: 1,
      tries: 1,
      running_attempt_id: started.attempt.attempt_id,
    });
    expect((await readRun(database.db, run.id)).run.started_at).toBe(before);
    expect(await commentsOf(run.id)).toEqual([
      "Taken over by another worker after the first one stopped; step **one** runs again from its start.",
    ]);
    // The same worker, which lost the answer: nobody has taken over anything.
    await clearClaim(run.id);
    await claimed(stores[1], run.id);
    expect(await commentsOf(run.id)).toHaveLength(1);
  });

  it("of a run that is started anew counts a step's tries from none", async () => {
    const { run } = await makeRun(database.db, made);
    const first = await claimed(stores[0], run.id);
    const started = startOf(first.state, 0);
    await stores[0].record(first.claim, started);
    await stores[0].record(first.claim, finishOf(started, true));
    await stores[0].record(first.claim, { ...NOTHING, ended: { status: "failed", error_message: "no" } });
    await database.db.execute(sql`update workflow_runs set status = 'pending' where id = ${run.id}`);
    const { state } = await claimed(stores[0], run.id);
    expect(state.steps[0]).toMatchObject({ status: "pending", attempt: 1, tries: 0 });
  });

  it("has nothing to do for a run that is paused, ended or not there", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim } = await claimed(stores[0], run.id);
    await database.db.execute(sql`update workflow_runs set status = 'paused' where id = ${run.id}`);
    await stores[0].release(claim);
    expect(await stores[0].claim(run.id)).toEqual({ kind: "idle" });
    expect(await stores[0].claim("nosuchrun")).toEqual({ kind: "idle" });
  });

  it("holds to the project's limit, first come first served", async () => {
    const narrow = await makeProject(database.db, { steps: STEPS, max_concurrent_runs: 1 });
    const runs = [];
    for (let n = 0; n < 3; n++) runs.push((await makeRun(database.db, narrow)).run.id);
    const [first = "", second = "", third = ""] = runs;
    expect(await stores[0].claim(second)).toEqual({ kind: "idle" });
    const { claim } = await claimed(stores[0], first);
    expect(await stores[1].claim(second)).toEqual({ kind: "idle" });
    await stores[0].record(claim, { ...NOTHING, ended: { status: "completed", error_message: null } });
    const queued = await database.db.execute<{ key: string }>(sql`
      select key from graphile_worker._private_jobs where key in ${runs.map((id) => `run:${id}`)}`);
    expect(queued.map((job) => job.key)).toEqual([`run:${second}`]);
    expect(await stores[1].claim(third)).toEqual({ kind: "idle" });
    expect((await stores[1].claim(second)).kind).toBe("claimed");
  });

  it("of runs that have waited holds to it too, ahead of those that start", async () => {
    const narrow = await makeProject(database.db, { steps: STEPS, max_concurrent_runs: 1 });
    const runs: string[] = [];
    for (let n = 0; n < 4; n++) runs.push((await makeRun(database.db, narrow)).run.id);
    const [busy = "", early = "", late = "", pending = ""] = runs;
    // As two were left whose waits are over.
    await database.db.execute(sql`
      update workflow_runs set status = 'running', waiting_since = now() where id in ${[early, late]}`);
    const { claim } = await claimed(stores[0], busy);
    for (const id of [late, early, pending]) expect(await stores[1].claim(id)).toEqual({ kind: "idle" });
    const next = async (given: Claim) => {
      await stores[0].record(given, { ...NOTHING, ended: { status: "completed", error_message: null } });
      const jobs = await database.db.execute<{ key: string }>(sql`
        delete from graphile_worker._private_jobs where key in ${runs.map((id) => `run:${id}`)} returning key`);
      return jobs.map((job) => job.key.replace("run:", ""));
    };
    expect(await next(claim)).toEqual([early]);
    for (const id of [late, pending]) expect(await stores[0].claim(id)).toEqual({ kind: "idle" });
    const second = await claimed(stores[0], early);
    expect(await next(second.claim)).toEqual([late]);
    const third = await claimed(stores[0], late);
    expect(await next(third.claim)).toEqual([pending]);
    expect((await stores[1].claim(pending)).kind).toBe("claimed");
  });
});

describe("large outputs", () => {
  it("are left in their rows by a claim and a look at the rows, and read one by one", async () => {
    const { run, steps } = await makeRun(database.db, made);
    const [one, two] = steps;
    await database.db.execute(sql`
      update workflow_run_steps set output = to_json(repeat('x', 1000000)) where id = ${one?.id ?? ""}`);
    await database.db.execute(sql`
      update workflow_run_steps set output = '{"small":1}' where id = ${two?.id ?? ""}`);
    const { claim, state } = await claimed(stores[0], run.id);
    for (const seen of [state, await stores[0].load(claim)]) {
      expect(seen.steps).toMatchObject([
        { output: null, output_left: true },
        { output: { small: 1 }, output_left: false },
      ]);
      expect(JSON.stringify(seen).length).toBeLessThan(4_000);
    }
    expect(await readOutput(database.db, one?.id ?? "")).toBe("x".repeat(1_000_000));
    await stores[0].release(claim, { requeue: false });
  });
});

describe("record", () => {
  it("writes an attempt's end and the next one's start together", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, one);
    const two = startOf(state, 1);
    await stores[0].record(claim, { ...finishOf(one), started: two.started });
    const after = await readRun(database.db, run.id);
    expect(after.run).toMatchObject({ current_phase: "late", current_step_index: 1 });
    expect(after.steps).toMatchObject([
      { status: "completed", output: { ok: true }, attempt: 1 },
      { status: "running", attempt: 1 },
    ]);
    expect(await eventsOf(run.id)).toEqual([
      "execution.status_changed",
      "execution.phase_changed",
      "step.started",
      "step.completed",
      "execution.phase_changed",
      "step.started",
    ]);
  });

  it("puts a failed attempt back to pending, keeping its row", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, one);
    await stores[0].record(claim, finishOf(one, true));
    const loaded = await stores[0].load(claim);
    expect(loaded.steps[0]).toMatchObject({
      status: "pending",
      attempt: 1,
      tries: 1,
      error_message: "no\uFFFDno",
      running_attempt_id: null,
    });
    expect(Math.abs((loaded.steps[0]?.ended_at ?? 0) - Date.now())).toBeLessThan(2_000);
  });

  it("refuses an old epoch and changes nothing", async () => {
    const { run } = await makeRun(database.db, made);
    const old = await claimed(stores[0], run.id);
    const one = startOf(old.state, 0);
    await stores[0].record(old.claim, one);
    await clearClaim(run.id);
    const late = finishOf(one);
    await expect(stores[0].record(old.claim, late)).rejects.toThrow(ClaimLost);
    const fresh = await claimed(stores[1], run.id);
    const before = await readRun(database.db, run.id);
    await expect(stores[0].record(old.claim, late)).rejects.toThrow(ClaimLost);
    await expect(stores[0].load(old.claim)).rejects.toThrow(ClaimLost);
    await stores[0].release(old.claim);
    const attempt = {
      claim: old.claim,
      step: one.attempt.definition,
      attempt_id: one.attempt.attempt_id,
      number: 1,
      resumed: false,
    };
    const chunks = [{ type: "events", offset: 0, bytes: Buffer.from("late") } as const];
    const sink = createLogSink(database.db);
    await expect(sink.append(attempt, chunks, new AbortController().signal)).rejects.toThrow(ClaimLost);
    expect(await readRun(database.db, run.id)).toEqual(before);
    expect(await eventsOf(run.id)).toEqual([
      "execution.status_changed",
      "execution.phase_changed",
      "step.started",
      "comment.created",
    ]);
    expect(await stores[1].record(fresh.claim, late)).toBe("running");
  });

  it("takes only the attempt's end while the run is paused, and nothing once it is cancelled", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, one);
    await database.db.execute(sql`update workflow_runs set status = 'paused' where id = ${run.id}`);
    const two = startOf(state, 1);
    expect(await stores[0].record(claim, { ...finishOf(one), started: two.started })).toBe("paused");
    expect((await readRun(database.db, run.id)).steps.map((step) => step.status)).toEqual([
      "completed",
      "pending",
    ]);
    await database.db.execute(sql`update workflow_runs set status = 'cancelled' where id = ${run.id}`);
    expect(await stores[0].record(claim, two)).toBe("cancelled");
    expect((await readRun(database.db, run.id)).steps[1]).toMatchObject({ status: "pending", attempt: 0 });
  });
});

describe("release", () => {
  const isQueued = async (run_id: string) =>
    (
      await database.db.execute(sql`
        select 1 from graphile_worker._private_jobs where key = ${`run:${run_id}`}`)
    ).length > 0;

  it.each([
    ["queues a run that was cancelled meanwhile, for whoever clears up", false, true],
    ["does not where that is done", true, false],
  ])("%s", async (_, cleared, expected) => {
    const { run } = await makeRun(database.db, made);
    const { claim } = await claimed(stores[0], run.id);
    await database.db.execute(sql`update workflow_runs set status = 'cancelled' where id = ${run.id}`);
    await stores[0].release(claim, { cleared });
    expect(await isQueued(run.id)).toBe(expected);
  });
});

describe("a checkpoint", () => {
  /** A run whose first step is recorded as running, and what keeps its end and the start of the second. */
  async function inFirstStep() {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, one);
    const { started } = startOf(state, 1);
    const finished = finishOf(one).finished.map((end) => ({ ...end, log: { sealed: false, rest: [] } }));
    const checkpoint: Checkpoint = { ordinal: 0, finished, started };
    return { id: run.id, claim, checkpoint };
  }

  const behindIt = {
    steps: [
      { status: "completed", output: { ok: true } },
      { status: "running", attempt: 1 },
    ],
  };

  it("that comes after the rows were read again is refused, and a mere look lets it come", async () => {
    const { claim, checkpoint } = await inFirstStep();
    await stores[0].load(claim);
    await stores[0].load(claim, 1);
    expect(await stores[0].checkpoint(claim, checkpoint)).toBe(false);
    expect((await stores[0].load(claim)).steps[0]?.status).toBe("running");
    expect(await stores[0].checkpoint(claim, { ...checkpoint, ordinal: 1 })).toBe(true);
    expect(await stores[0].load(claim)).toMatchObject(behindIt);
  });

  it("so is a record, whose sender is asked to look at the rows", async () => {
    const seen: SeenByClaims = new WeakMap();
    const forgotten = vi.spyOn(seen, "delete");
    const store = storeOf(workers[0], seen);
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(store, run.id);
    const one = startOf(state, 0);
    await store.record(claim, one);
    expect(forgotten).not.toHaveBeenCalled();
    await stores[0].load(claim, 1);
    await store.record(claim, finishOf(one));
    expect(forgotten).toHaveBeenCalledTimes(1);
  });

  it("of an earlier claim sets no floor for the next", async () => {
    const { id, claim, checkpoint } = await inFirstStep();
    await stores[0].load(claim, 7);
    await clearClaim(id);
    const next = await claimed(stores[1], id);
    expect(await stores[0].checkpoint(claim, { ...checkpoint, ordinal: 8 })).toBe(false);
    expect(await stores[1].checkpoint(next.claim, checkpoint)).toBe(true);
  });

  it("that is on its way is seen by the claim that waits for it", async () => {
    const { id, claim, checkpoint } = await inFirstStep();
    let commit = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written = () => {};
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const writing = database.db.$client.begin(async (sql) => {
      await writeCheckpoint({ $client: sql } as unknown as Db, claim, checkpoint);
      written();
      await held;
      // Another cannot clear the claim beside it.
      await sql`update workflow_runs set claimed_by = null where id = ${id}`;
    });
    await isWritten;
    const claiming = claimed(stores[1], id);
    await untilWaits();
    commit();
    await writing;
    expect((await claiming).state).toMatchObject(behindIt);
  });

  it("of a run that was paused is recorded by the claim that ends what began in it", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    await stores[0].checkpoint(claim, { ordinal: 0, finished: [], started: startOf(state, 0).started });
    await database.db.execute(sql`update workflow_runs set status = 'paused' where id = ${run.id}`);
    await clearClaim(run.id);
    const next = await claimed(stores[1], run.id);
    expect(next.state).toMatchObject({
      status: "paused",
      steps: [{ status: "running" }, { status: "pending" }],
    });
  });

  it("is told of with the others, or none is recorded", async () => {
    const { id, claim, checkpoint } = await inFirstStep();
    const { finished, started } = checkpoint;
    const [first, second] = [
      { ordinal: 0, finished, started: [] },
      { ordinal: 1, finished: [], started },
    ];
    for (const kept of [first, second]) await stores[0].checkpoint(claim, kept);
    const before = await eventsOf(id);
    await expect(stores[0].record(claim, { ...NOTHING, checkpoints: [second] })).rejects.toThrow();
    expect(await eventsOf(id)).toEqual(before);
    await stores[0].record(claim, { ...NOTHING, checkpoints: [first, second] });
    expect((await eventsOf(id)).slice(before.length)).toEqual([
      "step.completed",
      "execution.phase_changed",
      "step.started",
    ]);
  });

  it("numbers steps that begin in it as they were asked for", async () => {
    const { claim, checkpoint } = await inFirstStep();
    const ids = Array.from({ length: 40 }, (_, n) => `new-${(n * 7) % 40}`);
    const started = ids.map((id): StartedAttempt => {
      const base = checkpoint.started[0]?.step as RunState["steps"][number];
      const step = { ...base, row_id: newId(), step_id: id, is_new: true };
      return { step, definition: scriptStep(id, "true"), attempt_id: newId(), number: 1, waiting: null };
    });
    await stores[0].checkpoint(claim, { ordinal: 0, finished: [], started });
    const { steps } = await stores[0].load(claim);
    expect(steps.slice(2).map(({ step_id }) => step_id)).toEqual(ids);
  });
});

/** Until a statement of this database waits for a lock. */
async function untilWaits(): Promise<void> {
  const waits = async () =>
    (
      await database.db.execute(sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    ).length > 0;
  expect(await waitFor(waits, 5_000)).toBe(true);
}

describe("a live log", () => {
  it("takes the same chunk once, and is read back whole", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, one);
    const { attempt_id, definition } = one.attempt;
    const attempt = { claim, step: definition, attempt_id, number: 1, resumed: false };
    const sink = createLogSink(database.db);
    const open = new AbortController().signal;
    const parts = Array.from({ length: 40 }, (_, n) => Buffer.from([n, 0, 255, 10]));
    for (const [n, bytes] of parts.entries()) {
      await sink.append(attempt, [{ type: "events", offset: n * 4, bytes }], open);
      await sink.append(attempt, [{ type: "events", offset: n * 4, bytes }], open);
    }
    const read: Buffer[] = [];
    for await (const bytes of sink.read(attempt, "events")) read.push(bytes);
    expect(Buffer.concat(read)).toEqual(Buffer.concat(parts));
    expect(await sink.size(attempt, "events")).toBe(160);
    await stores[0].record(claim, finishOf(one));
    expect(await sink.size(attempt, "events")).toBe(0);
  });

  it("that an ended attempt left behind becomes its file", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, one);
    const attempt = {
      claim,
      step: one.attempt.definition,
      attempt_id: one.attempt.attempt_id,
      number: 1,
      resumed: false,
    };
    const sink = createLogSink(database.db);
    const chunks = [{ type: "events", offset: 0, bytes: Buffer.from("left\n") } as const];
    await sink.append(attempt, chunks, new AbortController().signal);
    const unsealed = finishOf(one);
    for (const attempt of unsealed.finished) attempt.log = { ...SEALED, sealed: false };
    await stores[0].record(claim, unsealed);
    await stores[0].release(claim);
    await database.db.execute(sql`
      update workflow_run_step_attempts set updated_at = now() - interval '1 hour' where id = ${attempt.attempt_id}`);
    await sealLeftovers(database.db);
    expect(await sink.size(attempt, "events")).toBe(0);
    const file = join(made.project.path, logKey(run.id, "one", 1, "events"));
    expect(await readFile(file, "utf8")).toBe("left\n");
    const other = (type: "output" | "summary") =>
      readFile(join(made.project.path, logKey(run.id, "one", 1, type)), "utf8");
    expect(JSON.parse(await other("output"))).toEqual({ ok: true });
    expect(await other("summary")).toContain("- Status: completed");
  });
});
