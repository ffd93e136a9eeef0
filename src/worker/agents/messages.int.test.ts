import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { workflowEvents } from "../../db/schema/events";
import { agentMessages } from "../../db/schema/messages";
import { enqueueAdvance } from "../../queue/enqueue";
import type { Move, Play } from "../../test/agent-process";
import { agentTests, linesOf } from "../../test/agents";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";
import { runWorker, type Worker } from "../main";

const database = testDatabase({ fresh: true });
const { make, start, read } = agentTests(database);
endWorkersAfterEach();

const workers: Worker[] = [];
async function startWorker(): Promise<Worker> {
  const worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: "/tmp", drainMs: 50 });
  workers.push(worker);
  return worker;
}
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.drain()));
});

const LOADS = { loads: true, remembers: true };
/** Waits until somebody makes the file. */
const until = (name: string): Move[] => [{ waitFor: name }, { say: `after ${name}` }];

async function sessionOf(id: string): Promise<string> {
  const session = async () => (await readRun(database.db, id)).steps[0]?.agent_session_id ?? null;
  await expect.poll(session).not.toBeNull();
  return (await session()) ?? "";
}

const promptsOf = async (made: MadeProject): Promise<string[]> =>
  (await linesOf(made, "prompts.txt")).map((line) => JSON.parse(line));

async function begun(play: Play, more: Parameters<typeof make>[1] = {}) {
  const made = await make({ ...LOADS, ...play }, more);
  const id = await start(made);
  const call = callerOf(database.db, made.owner).agentSessions;
  await expect.poll(() => promptsOf(made)).toHaveLength(1);
  return { made, id, call, session: await sessionOf(id) };
}

const touch = (made: MadeProject, name: string) => writeFile(join(made.project.path, name), "");

/** What was told of the run's messages, in order. */
async function told(id: string) {
  const { type, data, workflow_run_id, seq } = workflowEvents;
  const rows = await database.db
    .select({ data })
    .from(workflowEvents)
    .where(and(eq(workflow_run_id, id), eq(type, "workflow.message.changed")))
    .orderBy(seq);
  return rows.map((row) => row.data.status);
}

describe("a message to an agent at work", () => {
  it("waits for the end of its turn, may be changed until then, and is its next prompt", async () => {
    await startWorker();
    const { made, id, call, session } = await begun({ turns: [until("go")], turn: [{ echo: true }] });
    const first = await call.send({ id: session, text: "And the docs?" });
    expect(first).toMatchObject({ status: "queued", attempt: null, created_by_name: made.owner.name });
    const second = await call.send({ id: session, text: "Never mind." });
    const third = await call.send({ id: session, text: "Be quick." });
    await call.editMessage({ id: first.id, text: "And the README?" });
    expect(await call.withdrawMessage({ id: second.id })).toMatchObject({ status: "withdrawn" });

    const grace = await makePerson(database.db, "Grace");
    await addRole(database.db, made.project.id, grace, "member");
    const hers = callerOf(database.db, grace).agentSessions;
    await expect(hers.editMessage({ id: first.id, text: "No." })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });

    await touch(made, "go");
    await untilRun(database.db, id, "completed");
    expect(await promptsOf(made)).toEqual(["Do it.", "And the README?\n\nBe quick."]);
    const { step, events, said } = await read(made, id);
    expect(step).toMatchObject({ attempt: 1, output: { text: "And the README?\n\nBe quick." } });
    expect(events).toContain(
      `"messages":[{"id":"${first.id}","text":"And the README?","by":"${made.owner.name}"}`,
    );
    expect(said).not.toContain("The agent is told to stop, since somebody writes to it.");
    const { items } = await call.messages({ id: session });
    expect(items).toMatchObject([
      { id: first.id, status: "delivered", attempt: 1, agent_session_id: session },
      { id: second.id, status: "withdrawn", attempt: null },
      { id: third.id, status: "delivered" },
    ]);
    await expect(call.withdrawMessage({ id: first.id })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await told(id)).toEqual([
      ...["queued", "queued", "queued", "queued", "withdrawn"],
      ...["delivered", "delivered"],
    ]);
  });

  it("is what people say of its plan without a decision", async () => {
    await startWorker();
    const { made, id, call, session } = await begun({ turns: [until("go")], turn: [{ echo: true }] });
    const { reviews, comments, steps } = callerOf(database.db, made.owner);
    const plan = { step_id: "work", entry: 2, quote: "Write it\ntwice" };
    const said = (given: object) =>
      reviews.submit({
        run_id: id,
        decision: "comment",
        comments: [{ text: "Once.", plan: { ...plan, ...given } }],
      });
    for (const [given, field] of [
      [{ step_id: "nothing" }, "comments.0.plan.step_id"],
      [{ attempt: 2 }, "comments.0.plan.attempt"],
    ] as const) {
      await expect(said(given)).rejects.toMatchObject({
        code: "BAD_REQUEST",
        cause: { details: [{ path: field }] },
      });
    }
    await said({});
    expect((await call.messages({ id: session })).items).toMatchObject([{ status: "queued" }]);
    await touch(made, "go");
    await untilRun(database.db, id, "completed");
    expect((await promptsOf(made))[1]).toBe(
      `${made.owner.name} commented on the plan.\n\nOn entry 2 of your plan:\n> Write it\n> twice\nOnce.`,
    );
    const [comment] = (await comments.list({ run_id: id, step_id: "work" })).items;
    expect(comment).toMatchObject({ text: "Once.", anchor: { kind: "plan", attempt: 1, ...plan } });
    expect((await steps.get({ id: "work", run_id: id })).comments).toHaveLength(1);
    // Nobody works on it any more who would read it.
    await said({});
    expect((await call.messages({ id: session })).items).toHaveLength(1);
  });

  it("waits for the end of the first turn where it was sent before that began", async () => {
    const made = await make({ ...LOADS, turn: [{ echo: true }] });
    const { run, steps } = await makeRun(database.db, made);
    const waits = { workflow_run_id: run.id, workflow_run_step_id: steps[0]?.id ?? "" };
    await database.db.insert(agentMessages).values({ ...waits, text: "Early.", created_by_name: "Ada" });
    await startWorker();
    await enqueueAdvance(database.db, run.id);
    await untilRun(database.db, run.id, "completed");
    expect(await promptsOf(made)).toEqual(["Do it.", "Early."]);
  });

  it("interrupts it at once, takes back what it asked, and brings what waited before", async () => {
    await startWorker();
    const turns: Move[][] = [[{ ask: "rm -r /" }, { say: "asked" }, { hang: true }]];
    const more = { agent: { permissions: "ask" } };
    const { made, id, call, session } = await begun({ turns, turn: [{ echo: true }] }, more);
    const asked = async () => (await call.permissionRequests({ id: session })).items;
    await expect.poll(asked).toMatchObject([{ status: "pending" }]);
    const first = await call.send({ id: session, text: "One" });
    await call.send({ id: session, text: "Two" });
    await call.editMessage({ id: first.id, interrupt: true });
    await untilRun(database.db, id, "completed");
    expect(await promptsOf(made)).toEqual(["Do it.", "One\n\nTwo"]);
    expect(await asked()).toMatchObject([{ status: "withdrawn" }]);
    expect(await linesOf(made, "cancelled.txt")).toEqual(["told"]);
    expect((await read(made, id)).said).toContain("The agent is told to stop, since somebody writes to it.");
  });
});

describe("a message to an agent whose worker is killed with -9", () => {
  it("that was not delivered is delivered by the next, after the turn that was interrupted", async () => {
    const worker = await startWorkerProcess(database.url);
    const { made, id, call, session } = await begun({ turns: [[{ hang: true }]], turn: [{ echo: true }] });
    await call.send({ id: session, text: "More." });
    worker.kill("SIGKILL");
    await startWorkerProcess(database.url);
    await untilRun(database.db, id, "completed");
    const [first, again, last, ...rest] = await promptsOf(made);
    expect(first).toBe("Do it.");
    expect(again).toMatch(/^You were interrupted .*\n\nDo it\.$/s);
    expect([last, ...rest]).toEqual(["More."]);
  });

  it("that was delivered is not sent again: the agent that knows it is told to go on", async () => {
    const worker = await startWorkerProcess(database.url);
    const play = { turns: [until("go"), [{ hang: true } as Move]], turn: [{ echo: true } as Move] };
    const { made, id, call, session } = await begun(play);
    const { id: message } = await call.send({ id: session, text: "More of it." });
    await touch(made, "go");
    await expect.poll(() => promptsOf(made)).toHaveLength(2);
    worker.kill("SIGKILL");
    await startWorkerProcess(database.url);
    await untilRun(database.db, id, "completed");
    expect(await promptsOf(made)).toEqual([
      "Do it.",
      "More of it.",
      "You were interrupted. See what is done already, and go on from there.",
    ]);
    expect(await told(id)).toEqual(["queued", "delivered"]);
    const { items } = await call.messages({ id: session });
    expect(items).toMatchObject([{ id: message, status: "delivered", attempt: 1 }]);
  });

  it("whose delivery was recorded before the agent got it reaches it once", async () => {
    // Its first pass of the point is the beginning of the attempt.
    const worker = await startWorkerProcess(database.url);
    const { made, id, call, session } = await begun({ turns: [[{ hang: true }]], turn: [{ echo: true }] });
    await call.send({ id: session, text: "More." });
    worker.kill("SIGKILL");
    const dying = await startWorkerProcess(database.url, { PHASEBOARD_FAILPOINT: "message:after#2" });
    await expect.poll(() => dying.exitCode ?? dying.signalCode).not.toBeNull();
    await startWorkerProcess(database.url);
    await untilRun(database.db, id, "completed");
    const prompts = await promptsOf(made);
    expect(prompts.filter((prompt) => prompt.endsWith("More."))).toHaveLength(1);
  });
});

describe("a step of an agent that has ended", () => {
  it("goes on in its session with the comments of who requested changes", async () => {
    const request = { prompt: "Good?", approvers: { role: "member", count: 1, allow_self: true } } as const;
    const behind = [approvalStep("look", { ...request, changes: { rework: "work", rounds: 5 } })];
    await startWorker();
    const turn: Move[] = ["a.ts", "b.ts"].map((append) => ({ append, text: "line" }));
    const made = await make({ ...LOADS, turn }, { behind, workspace: "copy" });
    for (const name of ["a.ts", "b.ts"])
      await writeFile(join(made.project.path, name), "1\n2\n3\n4\n5\n6\n7\n");
    const id = await start(made);
    const waits = async () => (await readRun(database.db, id)).steps.map(({ waiting_for }) => waiting_for);
    await expect.poll(waits).toEqual([null, "approval"]);
    const session = await sessionOf(id);
    const { reviews, agentSessions } = callerOf(database.db, made.owner);
    await reviews.submit({
      run_id: id,
      decision: "request_changes",
      text: "Nearly.",
      comments: [
        { path: "b.ts", side: "old", line: 7, start_line: 5, text: "Why did this go?" },
        { path: "a.ts", side: "new", line: 3, text: "Name it better." },
        { plan: { step_id: "work", attempt: 1, entry: 1, quote: "Name it" }, text: "What?" },
      ],
    });
    const delivered = async () => (await agentSessions.messages({ id: session, status: "delivered" })).items;
    await expect.poll(delivered).toHaveLength(1);
    expect((await delivered())[0]?.text).toBe(
      `${made.owner.name} looked at the changes and asks for more.\n\nNearly.\n\nOn entry 1 of your plan:\n> Name it\nWhat?\n\na.ts:3: Name it better.\nb.ts:5-7 (before the change): Why did this go?`,
    );
    await expect.poll(waits).toEqual([null, "approval"]);
    expect(await sessionOf(id)).not.toBe(session);
    const file = await agentSessions.get({ id: await sessionOf(id) });
    expect(file.protocol_session_id).toBe((await agentSessions.get({ id: session })).protocol_session_id);
    await reviews.submit({ run_id: id, decision: "approve" });
    await untilRun(database.db, id, "completed");
  });

  it("is continued in its session, as a new attempt whose prompt is the message", async () => {
    await startWorker();
    const { made, id, call, session } = await begun({ turn: [{ echo: true }] });
    await untilRun(database.db, id, "completed");
    const grace = await makePerson(database.db, "Grace");
    await addRole(database.db, made.project.id, grace, "viewer");
    const hers = callerOf(database.db, grace).agentSessions;
    await expect(hers.send({ id: session, text: "Mine." })).rejects.toMatchObject({ code: "FORBIDDEN" });

    const sent = await call.send({ id: session, text: "Now the docs." });
    expect(sent).toMatchObject({ status: "queued" });
    await expect.poll(async () => (await readRun(database.db, id)).steps[0]?.attempt).toBe(2);
    await untilRun(database.db, id, "completed");
    expect(await promptsOf(made)).toEqual(["Do it.", "Now the docs."]);
    const { steps } = await readRun(database.db, id);
    const newer = await call.get({ id: steps[0]?.agent_session_id ?? "" });
    const older = await call.get({ id: session });
    expect(newer.id).not.toBe(older.id);
    expect(newer.protocol_session_id).toBe(older.protocol_session_id);
    // Both sessions are of the step, so both tell of the message.
    for (const { id: of } of [newer, older]) {
      expect((await call.messages({ id: of })).items).toMatchObject([{ id: sent.id, attempt: 2 }]);
    }
    const comments = (await callerOf(database.db, made.owner).runs.get({ id })).comments;
    expect(comments.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Continued from \*\*work\*\* by /),
    ]);
  });

  it("that still waits when the agent fails is delivered by the retry, once", async () => {
    await startWorker();
    const { made, id, call, session } = await begun({
      turns: [[{ waitFor: "go" }, { fail: "out of credits" }]],
      turn: [{ echo: true }],
    });
    const sent = await call.send({ id: session, text: "And the docs?" });
    await touch(made, "go");
    await untilRun(database.db, id, "failed");
    expect((await call.messages({ id: session })).items).toMatchObject([{ id: sent.id, status: "queued" }]);
    await callerOf(database.db, made.owner).runs.retry({ id });
    await untilRun(database.db, id, "completed");
    const { steps } = await readRun(database.db, id);
    expect((await promptsOf(made)).filter((text) => text.includes("And the docs?"))).toHaveLength(1);
    expect((await call.messages({ id: steps[0]?.agent_session_id ?? "" })).items).toMatchObject([
      { id: sent.id, status: "delivered", attempt: 2 },
    ]);
  });

  it("begins a new session with its prompt and all messages where the agent can load none", async () => {
    await startWorker();
    const { made, id, call, session } = await begun({ loads: false, turn: [{ echo: true }] });
    await untilRun(database.db, id, "completed");
    for (const [attempt, text] of [
      [2, "One."],
      [3, "Two."],
    ] as const) {
      await call.send({ id: session, text });
      await expect.poll(async () => (await readRun(database.db, id)).steps[0]?.attempt).toBe(attempt);
      await untilRun(database.db, id, "completed");
    }
    expect(await promptsOf(made)).toEqual(["Do it.", "Do it.\n\nOne.", "Do it.\n\nOne.\n\nTwo."]);
  });

  it("goes on from the files that it left", async () => {
    await startWorker();
    const made = await make(
      { ...LOADS, turn: [{ append: "made.txt", text: "line" }] },
      { workspace: "copy" },
    );
    const id = await start(made);
    await untilRun(database.db, id, "completed");
    const before = (await readRun(database.db, id)).steps[0];
    const { agentSessions: call, runs } = callerOf(database.db, made.owner);
    await call.send({ id: before?.agent_session_id ?? "", text: "Once more." });
    await expect.poll(async () => (await readRun(database.db, id)).steps[0]?.attempt).toBe(2);
    await untilRun(database.db, id, "completed");
    const after = (await readRun(database.db, id)).steps[0];
    expect(after?.snapshot_before).toBe(before?.snapshot);
    const changes = await runs.changes({ id });
    expect(changes.items.find(({ path }) => path === "made.txt")).toMatchObject({ additions: 2 });
  });
});
