import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { agentSessions } from "../../db/schema/agents";
import type { Budget } from "../../model/states";
import { enqueueAdvance } from "../../queue/enqueue";
import type { Move } from "../../test/agent-process";
import { agentTests, linesOf } from "../../test/agents";
import { scriptStep } from "../../test/compiled";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun } from "../../test/factories";
import { ownWorkerBesideEach } from "../../test/own-worker";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();
const { make, start, read } = agentTests(database);

const used = (tokens: number, amount: number): Move => ({
  update: { sessionUpdate: "usage_update", used: tokens, size: 1_000, cost: { amount, currency: "USD" } },
});
const LOADS = { loads: true, remembers: true };

describe("a run's budget", () => {
  ownWorkerBesideEach(database);

  it("stops an agent in its turn, asks, and lets it go on in its session once it is raised", async () => {
    const turns: Move[][] = [[used(120, 0.5), { hang: true }]];
    const budget: Budget = { tokens: 100 };
    const made = await make({ ...LOADS, turns, turn: [used(150, 0.7), { say: "Done." }] }, { budget });
    const id = await start(made);
    await untilRun(database.db, id, "paused");
    const call = callerOf(database.db, made.owner);
    const run = await call.runs.get({ id });
    expect(run).toMatchObject({
      tokens: 120,
      cost: 0.5,
      currency: "USD",
      over_budget: { kind: "tokens", used: 120, limit: 100, step_id: "work" },
      steps: [{ status: "running", tokens: 120 }],
    });
    expect(run.comments.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Paused, since the budget is reached: 120 of 100 tokens/),
    ]);
    await expect.poll(() => linesOf(made, "cancelled.txt")).toEqual(["told"]);
    expect(await linesOf(made, "prompts.txt")).toHaveLength(1);
    const { items } = await call.inbox.list({});
    expect(items).toMatchObject([{ waiting_for: "budget", run: { id }, over_budget: { used: 120 } }]);

    await expect(call.runs.resume({ id })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const little = call.runs.resume({ id, budget: { tokens: 120 } });
    await expect(little).rejects.toThrow("The run has used 120 of 100 tokens. Say in budget.tokens");
    const resumed = await call.runs.resume({ id, budget: { tokens: 1_000 } });
    expect(resumed).toMatchObject({ status: "running", over_budget: null, budget: { tokens: 1_000 } });
    await untilRun(database.db, id, "completed");
    expect((await linesOf(made, "prompts.txt")).map((line) => JSON.parse(line))).toEqual([
      "Do it.",
      "You were interrupted. See what is done already, and go on from there.",
    ]);
    const { step, session } = await read(made, id);
    expect(step).toMatchObject({ attempt: 1, tokens: 150, cost: 0.7 });
    expect(session).toMatchObject({ tokens: 150, worked_ms: expect.any(Number) });
    expect((await call.inbox.list({})).items).toMatchObject([{ reason: "finished", run: { id } }]);
  });

  it("lets no step begin once it is reached, and may be left by a cancel", async () => {
    const behind = [scriptStep("next", "echo next >> next.txt")];
    const budget: Budget = { cost: 1 };
    const made = await make({ turn: [used(5, 2), { say: "Done." }] }, { budget, behind });
    const id = await start(made);
    await untilRun(database.db, id, "paused");
    await expect.poll(async () => (await readRun(database.db, id)).run.claimed_by).toBeNull();
    const { run, steps } = await readRun(database.db, id);
    expect(steps.map(({ status }) => status)).toEqual(["completed", "pending"]);
    expect(run.over_budget).toMatchObject({ kind: "cost", used: 2, limit: 1, currency: "USD" });
    await callerOf(database.db, made.owner).runs.cancel({ id });
    expect((await readRun(database.db, id)).run).toMatchObject({ status: "cancelled", over_budget: null });
    expect(await linesOf(made, "next.txt")).toEqual([]);
  });

  it("counts the time that steps of any kind are at work", async () => {
    const steps = [scriptStep("slow", "sleep 1.2"), scriptStep("next", "true")];
    const made = await makeProject(database.db, { steps, budget: { time_ms: 1_000 } });
    const { run } = await makeRun(database.db, made);
    await enqueueAdvance(database.db, run.id);
    await untilRun(database.db, run.id, "paused");
    const call = callerOf(database.db, made.owner);
    await call.runs.resume({ id: run.id, budget: { time_ms: 60_000 } });
    await untilRun(database.db, run.id, "completed");
  });

  it("counts what each attempt added to a session, also where the agent counts it as a whole", async () => {
    const made = await make({ ...LOADS, turns: [[used(100, 1)]], turn: [used(250, 1.5)] });
    const id = await start(made);
    await untilRun(database.db, id, "completed");
    const first = (await readRun(database.db, id)).steps[0];
    const call = callerOf(database.db, made.owner);
    await call.agentSessions.send({ id: first?.agent_session_id ?? "", text: "More." });
    await expect.poll(async () => (await readRun(database.db, id)).steps[0]?.attempt).toBe(2);
    await untilRun(database.db, id, "completed");
    const { run, steps } = await readRun(database.db, id);
    expect(steps[0]).toMatchObject({ tokens: 250, cost: 1.5 });
    expect(run).toMatchObject({ tokens: 250, cost: 1.5, currency: "USD" });
    // An agent that counts anew in each of its processes.
    await database.db
      .update(agentSessions)
      .set({ tokens: sql`case when tokens = 250 then 40 else tokens end` });
    await call.agentSessions.send({ id: steps[0]?.agent_session_id ?? "", text: "More." });
    await expect.poll(async () => (await readRun(database.db, id)).steps[0]?.attempt).toBe(3);
    await untilRun(database.db, id, "completed");
    expect((await readRun(database.db, id)).run.tokens).toBe(100 + 40 + 210);
  });
});

it("holds an agent also after its worker was killed with -9", async () => {
  const worker = await startWorkerProcess(database.url);
  const turns: Move[][] = [[used(120, 0.5), { hang: true }]];
  const play = { ...LOADS, turns, turn: [{ say: "Done." } as Move] };
  const made = await make(play, { budget: { tokens: 100 } });
  const id = await start(made);
  await untilRun(database.db, id, "paused");
  worker.kill("SIGKILL");
  const second = await startWorkerProcess(database.url);
  await expect.poll(async () => (await readRun(database.db, id)).run.epoch).toBe(2);
  // Time in which it would prompt the agent again.
  await sleep(4_000);
  expect(await linesOf(made, "prompts.txt")).toHaveLength(1);
  await callerOf(database.db, made.owner).runs.resume({ id, budget: { tokens: 1_000 } });
  await untilRun(database.db, id, "completed");
  expect(await linesOf(made, "prompts.txt")).toHaveLength(2);
  second.kill("SIGKILL");
});
