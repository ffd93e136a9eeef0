import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { type Claim, ClaimLost, type RunStore } from "../../engine/run/ports";
import { keepEntries } from "../../journal/kept-entries";
import { readOutput } from "../../journal/read-run-state";
import type { RunState } from "../../journal/run-state";
import type { EndedEntry, StartedEntry } from "../../model/entry";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { readRun } from "../../test/runs";
import {
  AGAIN,
  CONTRACT_STEPS,
  claimed,
  endOf,
  finished,
  startOf,
  testStoreContract,
} from "../../test/store-contract";
import { createLogSink } from "../logs/log-sink";
import { createRunStore } from "./store";
import { isClaimed } from "./under-claim";

const database = testDatabase();
const workers = ["storetestworkera", "storetestworkerb"] as const;

let made: MadeProject;
let stores: [RunStore, RunStore];

beforeAll(async () => {
  made = await makeProject(database.db, { steps: CONTRACT_STEPS });
  for (const id of workers) {
    await database.db.execute(sql`
      insert into workers (id, host, pid, pool_id) values (${id}, 'test', 1, ${id}) on conflict do nothing`);
  }
  stores = [storeOf(workers[0]), storeOf(workers[1])];
});

const storeOf = (id: string) =>
  createRunStore(database.db, {
    workerId: () => id,
    isHeld: () => false,
    isLastPlace: () => false,
    workspaces: "",
    isLow: async () => false,
  });

/** As if the worker had been taken over: its claim is cleared, the epoch stays. */
async function clearClaim(runId: string): Promise<void> {
  await database.db.execute(sql`update workflow_runs set claimed_by = null where id = ${runId}`);
}

const eventsOf = async (runId: string) =>
  (
    await database.db.execute<{ type: string }>(
      sql`select type from workflow_events where workflow_run_id = ${runId} order by seq`,
    )
  ).rows.map((event) => event.type.replace("workflow.", ""));

const commentsOf = async (runId: string) =>
  (
    await database.db.execute<{ text: string }>(
      sql`select text from workflow_comments where workflow_run_id = ${runId} and comment_type = 'system'`,
    )
  ).rows.map((comment) => comment.text);

const isQueued = async (run_id: string) =>
  (
    await database.db.execute(sql`
      select 1 from graphile_worker.jobs where key = ${`run:${run_id}`}`)
  ).rows.length > 0;

describe("the store in Postgres", () => {
  testStoreContract(async () => {
    const { id } = (await makeRun(database.db, made)).run;
    return {
      id,
      stores,
      setStatus: async (status) => {
        await database.db.execute(sql`update workflow_runs set status = ${status} where id = ${id}`);
        if (status !== "pending") return;
        // As a retry leaves its steps.
        await database.db.execute(
          sql`update workflow_run_steps set attempts_before = attempt where workflow_run_id = ${id}`,
        );
      },
      clearClaim: () => clearClaim(id),
      isQueued: () => isQueued(id),
    };
  });
});

describe("what values say", () => {
  const VALUE = { zeta: 1, b: { y: [{ d: 1, c: 2 }], a: null }, alpha: "\u2028" };
  const TEXT = JSON.stringify(VALUE);
  const textsOf = ({ steps }: RunState) => steps.map(({ output }) => JSON.stringify(output ?? null));

  it("is one text recorded at once, kept, after a recovery and a retry", async () => {
    const { run } = await makeRun(database.db, made, { args: VALUE });
    const first = await claimed(stores[0], run.id);
    expect(JSON.stringify(first.claim.run.args)).toBe(TEXT);
    const one = startOf(first.state, 0);
    await stores[0].record(first.claim, 0, [one]);
    await stores[0].record(first.claim, 0, [endOf(one, { output: VALUE })]);
    const two = startOf(first.state, 1);
    await stores[0].record(first.claim, 0, [two]);
    await stores[0].keep(first.claim, 0, 0, [endOf(two, { output: VALUE })]);
    await clearClaim(run.id);
    const second = await claimed(stores[1], run.id);
    expect(textsOf(second.state)).toEqual([TEXT, TEXT]);
    expect(JSON.stringify(second.claim.run.args)).toBe(TEXT);
    await stores[1].record(second.claim, 0, [finished("completed", VALUE)]);
    const read = await readRun(database.db, run.id);
    expect(JSON.stringify(read.run.output)).toBe(TEXT);
    expect(read.steps.map(({ output }) => JSON.stringify(output))).toEqual([TEXT, TEXT]);
  });

  it("that are null are none", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, 0, [one]);
    await stores[0].keep(claim, 0, 0, [endOf(one, { output: null })]);
    await clearClaim(run.id);
    await claimed(stores[1], run.id);
    const [row] = (
      await database.db.execute(sql`
      select output is null as none, output_bytes from workflow_run_steps
      where workflow_run_id = ${run.id} and step_id = 'one'`)
    ).rows;
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
    await stores[0].record(first.claim, 0, [started]);
    const before = (await readRun(database.db, run.id)).run.started_at;
    await clearClaim(run.id);
    const second = await claimed(stores[1], run.id);
    expect(second.claim.epoch).toBe(2);
    expect(second.state.steps[0]).toMatchObject({
      status: "running",
      attempt: 1,
      tries: 1,
      running_attempt_id: started.attempt_id,
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

  it("holds to the project's limit, first come first served", async () => {
    const narrow = await makeProject(database.db, { steps: CONTRACT_STEPS, max_concurrent_runs: 1 });
    const runs = [];
    for (let n = 0; n < 3; n++) runs.push((await makeRun(database.db, narrow)).run.id);
    const [first = "", second = "", third = ""] = runs;
    expect(await stores[0].claim(second)).toEqual({ kind: "idle" });
    const { claim } = await claimed(stores[0], first);
    expect(await stores[1].claim(second)).toEqual({ kind: "idle" });
    await stores[0].record(claim, 0, [finished("completed")]);
    const { rows: queued } = await database.db.execute<{ key: string }>(sql`
      select key from graphile_worker.jobs where key in ${runs.map((id) => `run:${id}`)}`);
    expect(queued.map((job) => job.key)).toEqual([`run:${second}`]);
    expect(await stores[1].claim(third)).toEqual({ kind: "idle" });
    expect((await stores[1].claim(second)).kind).toBe("claimed");
  });

  it("of runs that have waited holds to it too, ahead of those that start", async () => {
    const narrow = await makeProject(database.db, { steps: CONTRACT_STEPS, max_concurrent_runs: 1 });
    const runs: string[] = [];
    for (let n = 0; n < 4; n++) runs.push((await makeRun(database.db, narrow)).run.id);
    const [busy = "", early = "", late = "", pending = ""] = runs;
    // As two were left whose waits are over.
    await database.db.execute(sql`
      update workflow_runs set status = 'running', waiting_since = now() where id in ${[early, late]}`);
    const { claim } = await claimed(stores[0], busy);
    for (const id of [late, early, pending]) expect(await stores[1].claim(id)).toEqual({ kind: "idle" });
    const next = async (given: Claim) => {
      await stores[0].record(given, 0, [finished("completed")]);
      const { rows: jobs } = await database.db.execute<{ key: string }>(sql`
        select (graphile_worker.remove_job(key)).key from graphile_worker.jobs
        where key in ${runs.map((id) => `run:${id}`)}`);
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
    for (const seen of [state, await stores[0].load(claim, 0)]) {
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
    await stores[0].record(claim, 0, [one]);
    const two = startOf(state, 1);
    await stores[0].record(claim, 0, [endOf(one), two]);
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

  it("writes what Postgres takes for text, and when by this process's clock", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, 0, [one]);
    await stores[0].record(claim, 0, [endOf(one, { ...AGAIN, error_message: "no\0no" })]);
    const loaded = await stores[0].load(claim, 0);
    expect(loaded.steps[0]).toMatchObject({ status: "pending", error_message: "no\uFFFDno" });
    expect(Math.abs((loaded.steps[0]?.ended_at ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it("refuses an old epoch and changes nothing", async () => {
    const { run } = await makeRun(database.db, made);
    const old = await claimed(stores[0], run.id);
    const one = startOf(old.state, 0);
    await stores[0].record(old.claim, 0, [one]);
    await clearClaim(run.id);
    const late = [endOf(one)];
    await expect(stores[0].record(old.claim, 0, late)).rejects.toThrow(ClaimLost);
    const fresh = await claimed(stores[1], run.id);
    const before = await readRun(database.db, run.id);
    await expect(stores[0].record(old.claim, 0, late)).rejects.toThrow(ClaimLost);
    await expect(stores[0].load(old.claim, 0)).rejects.toThrow(ClaimLost);
    await stores[0].release(old.claim);
    const attempt = {
      claim: old.claim,
      step: CONTRACT_STEPS[0] as (typeof CONTRACT_STEPS)[number],
      attempt_id: one.attempt_id,
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
    expect(await stores[1].record(fresh.claim, 0, late)).toBe("running");
  });
});

describe("what is kept", () => {
  /** A run whose first step is recorded as running, and what keeps its end and the start of the second. */
  async function inFirstStep() {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, 0, [one]);
    return { id: run.id, claim, entries: [endOf(one), startOf(state, 1)] };
  }

  it("is seen by the claim that waits for it", async () => {
    const { id, claim, entries } = await inFirstStep();
    let commit = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written = () => {};
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const writing = database.db.transaction(async (tx) => {
      await keepEntries(tx, isClaimed(claim), 0, entries);
      written();
      await held;
      // Another cannot clear the claim beside it.
      await tx.execute(sql`update workflow_runs set claimed_by = null where id = ${id}`);
    });
    await isWritten;
    const claiming = claimed(stores[1], id);
    await untilWaits();
    commit();
    await writing;
    expect((await claiming).state.steps).toMatchObject([{ status: "completed" }, { status: "running" }]);
  });

  it("is told of in the order in which it came about, ahead of what is recorded with it", async () => {
    const { id, claim, entries } = await inFirstStep();
    const [end, start] = entries as [EndedEntry, StartedEntry];
    await stores[0].keep(claim, 0, 0, [end]);
    await stores[0].keep(claim, 0, 1, [start]);
    const before = await eventsOf(id);
    expect(await stores[0].record(claim, 0, [endOf(start)])).toBe("running");
    expect((await eventsOf(id)).slice(before.length)).toEqual([
      "step.completed",
      "execution.phase_changed",
      "step.started",
      "step.completed",
    ]);
    expect((await readRun(database.db, id)).run).toMatchObject({
      current_phase: "late",
      current_step_index: 2,
    });
  });
});

/** Until a statement of this database waits for a lock. */
async function untilWaits(): Promise<void> {
  const waiting = async () =>
    (
      await database.db.execute(sql`
        select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    ).rows;
  await expect.poll(waiting).not.toEqual([]);
}

describe("a live log", () => {
  it("takes the same chunk once, and what is left with the attempt's end", async () => {
    const { run } = await makeRun(database.db, made);
    const { claim, state } = await claimed(stores[0], run.id);
    const one = startOf(state, 0);
    await stores[0].record(claim, 0, [one]);
    const { attempt_id } = one;
    const attempt = {
      claim,
      step: CONTRACT_STEPS[0] as (typeof CONTRACT_STEPS)[number],
      attempt_id,
      number: 1,
      resumed: false,
    };
    const sink = createLogSink(database.db);
    const open = new AbortController().signal;
    const parts = Array.from({ length: 40 }, (_, n) => Buffer.from([n, 0, 255, 10]));
    for (const [n, bytes] of parts.entries()) {
      await sink.append(attempt, [{ type: "events", offset: n * 4, bytes }], open);
      await sink.append(attempt, [{ type: "events", offset: n * 4, bytes }], open);
    }
    expect(await sink.size(attempt, "events")).toBe(160);
    const last = Buffer.from([1, 0, 255]);
    const log = [{ type: "events" as const, offset: 160, base64: last.toString("base64") }];
    await stores[0].record(claim, 0, [endOf(one, { log })]);
    const { rows } = await database.db.execute<{ bytes: Buffer }>(sql`
      select bytes from workflow_log_chunks where attempt_id = ${attempt_id} order by "offset"`);
    expect(Buffer.concat(rows.map(({ bytes }) => bytes))).toEqual(Buffer.concat([...parts, last]));
  });
});
