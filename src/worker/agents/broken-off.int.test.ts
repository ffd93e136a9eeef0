import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { and, eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { agentSessions } from "../../db/schema/agents";
import { workflowEvents } from "../../db/schema/events";
import { isAlive } from "../../lib/process-tree";
import type { Move } from "../../test/agent-process";
import { agentTests, linesOf } from "../../test/agents";
import { testDatabase } from "../../test/database";
import { hostPids } from "../../test/host-pids";
import { ownWorkerBesideEach } from "../../test/own-worker";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();
const { make, start, read, transcriptOf } = agentTests(database);

/** What was told of its agent, in order: that it has stalled, or goes on. */
async function stallsTold(id: string) {
  const { type, data, workflow_run_id, seq } = workflowEvents;
  const rows = await database.db
    .select({ data })
    .from(workflowEvents)
    .where(and(eq(workflow_run_id, id), eq(type, "workflow.step.stalled")))
    .orderBy(seq);
  return rows.map((row) => row.data.stalled);
}

/** Has its step say that the agent has stalled, as its worker would. */
async function markStalled(id: string) {
  await database.db.execute(
    sql`update workflow_run_steps set stalled_since = now() where workflow_run_id = ${id}`,
  );
}

describe("an agent", () => {
  ownWorkerBesideEach(database);

  it("that hangs shows as stalled until it goes on, and then fails with all that it started", async () => {
    const turn: Move[] = [{ pids: "pids.txt" }, { waitFor: "wake" }, { say: "Awake." }, { hang: true }];
    const made = await make({ turn }, { agent: { stall: "4s" } });
    const id = await start(made);
    await expect.poll(() => linesOf(made, "pids.txt")).toHaveLength(2);
    const pids = hostPids(made.project.path, await linesOf(made, "pids.txt"));
    const stalledSince = async () => (await readRun(database.db, id)).steps[0]?.stalled_since ?? null;
    await expect.poll(stalledSince).not.toBeNull();
    const call = callerOf(database.db, made.owner);
    const { items } = await call.runs.list({ project_id: made.project.id });
    const shown = { status: "running", stalled_since: await stalledSince() };
    expect(items[0]?.steps).toMatchObject([shown]);
    expect((await call.runs.get({ id })).steps).toMatchObject([shown]);
    expect(await call.steps.get({ id: items[0]?.steps[0]?.id ?? "" })).toMatchObject(shown);
    await writeFile(join(made.project.path, "wake"), "");
    await expect.poll(stalledSince).toBeNull();
    expect((await readRun(database.db, id)).steps[0]?.status).toBe("running");

    await untilRun(database.db, id, "failed");
    const { step, said } = await read(made, id);
    expect(step?.stalled_since).toBeNull();
    expect((await stallsTold(id)).slice(-3)).toEqual([true, false, true]);
    expect(step?.error_message).toBe(
      'The agent "player" hangs: nothing came from it for 4 s, and for as long again',
    );
    expect(said).toContain("The agent has stalled: nothing came from it for 4 s.");
    expect(pids).toHaveLength(2);
    expect(pids.some(isAlive)).toBe(false);
  });

  it("that takes too long is told to cancel, and tried again as the step says", async () => {
    const turn: Move[] = [{ append: "calls.txt", text: "turn" }, { hang: true }];
    const retry = { attempts: 2, delay_ms: 10, backoff: "constant" as const };
    const made = await make({ turn }, { step: { timeout_ms: 5_000, retry } });
    const id = await start(made);
    await untilRun(database.db, id, "failed");
    const { step } = await read(made, id);
    expect(step?.error_message).toMatch(/^Timed out after /);
    expect(await linesOf(made, "calls.txt")).toEqual(["turn", "turn"]);
    expect(await linesOf(made, "cancelled.txt")).toEqual(["told", "told"]);
    const { rows: sessions } = await database.db.execute(
      sql`select status from agent_sessions where project_id = ${made.project.id}`,
    );
    expect(sessions).toEqual([{ status: "failed" }, { status: "failed" }]);
  });

  it("of a run that is cancelled is told so, and its tree is ended", async () => {
    const made = await make({ turn: [{ say: "begun" }, { pids: "pids.txt" }, { hang: true }] });
    const id = await start(made);
    await expect.poll(() => linesOf(made, "pids.txt")).toHaveLength(2);
    await markStalled(id);
    const pids = hostPids(made.project.path, await linesOf(made, "pids.txt"));
    await callerOf(database.db, made.owner).runs.cancel({ id });
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    expect(await linesOf(made, "cancelled.txt")).toEqual(["told"]);
    await expect.poll(async () => (await readRun(database.db, id)).run.claimed_by).toBeNull();
    const { step, session, events } = await read(made, id);
    expect(step?.stalled_since).toBeNull();
    expect(session?.status).toBe("cancelled");
    expect(events).toContain("begun");
    expect(await transcriptOf(made, session?.id ?? "")).toContain('"why":"stopped"');
  });
});

describe("an agent whose worker is killed with -9", () => {
  it.each([
    [false, "again: Do it."],
    [true, /^again: You were interrupted .*\n\nDo it\.$/s],
  ])("runs again; its session goes on where it can (%s)", async (loads, text) => {
    const turn: Move[] = [
      { append: "calls.txt", text: "turn" },
      { pids: "pids.txt" },
      { say: "again: " },
      { echo: true },
      { waitFor: "release" },
    ];
    const made = await make({ turn, loads });
    const worker = await startWorkerProcess(database.url);
    const id = await start(made);
    await expect.poll(() => linesOf(made, "pids.txt")).toHaveLength(2);
    const [before] = await database.db
      .select()
      .from(agentSessions)
      .where(eq(agentSessions.project_id, made.project.id));
    await markStalled(id);
    const first = hostPids(made.project.path, await linesOf(made, "pids.txt"));
    worker.kill("SIGKILL");
    await startWorkerProcess(database.url);
    await expect.poll(() => linesOf(made, "calls.txt")).toHaveLength(2);
    expect(first.some(isAlive)).toBe(false);
    expect((await readRun(database.db, id)).steps).toMatchObject([
      { status: "running", stalled_since: null },
    ]);
    expect(await stallsTold(id)).toEqual([false]);
    await writeFile(join(made.project.path, "release"), "");
    await untilRun(database.db, id, "completed");
    const { step, session, events } = await read(made, id);
    expect(step?.output).toMatchObject({
      text: typeof text === "string" ? text : expect.stringMatching(text),
    });
    expect(step?.attempt).toBe(1);
    expect(session).toMatchObject({ id: before?.id, status: "completed" });
    expect(session?.protocol_session_id === before?.protocol_session_id).toBe(loads);
    expect(events).not.toContain("as I said before");
  });
});
