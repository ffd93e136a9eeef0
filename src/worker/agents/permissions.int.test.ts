import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { workflowEvents } from "../../db/schema/events";
import { agentPermissionRequests } from "../../db/schema/permissions";
import { agentTests, linesOf } from "../../test/agents";
import { testDatabase } from "../../test/database";
import type { MadeProject } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";
import { runWorker, type Worker } from "../main";

const database = testDatabase({ fresh: true });
const { make, start, read, transcriptOf } = agentTests(database);
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

/** What the run's step has asked, once `count` of it waits for an answer. */
async function untilAsked(id: string, count = 1) {
  const { steps } = await readRun(database.db, id);
  const ofStep = eq(agentPermissionRequests.workflow_run_step_id, steps[0]?.id ?? "");
  const asked = () =>
    database.db
      .select()
      .from(agentPermissionRequests)
      .where(ofStep)
      .orderBy(agentPermissionRequests.created_at);
  const pending = async () => (await asked()).filter(({ status }) => status === "pending");
  await expect.poll(pending).toHaveLength(count);
  return pending();
}

async function statusesOf(id: string) {
  const { steps } = await readRun(database.db, id);
  const rows = await database.db
    .select({ status: agentPermissionRequests.status })
    .from(agentPermissionRequests)
    .where(eq(agentPermissionRequests.workflow_run_step_id, steps[0]?.id ?? ""))
    .orderBy(agentPermissionRequests.created_at);
  return rows.map(({ status }) => status);
}

async function glance(made: MadeProject, id: string) {
  const { items } = await callerOf(database.db, made.owner).runs.list({ project_id: made.project.id });
  return items.find((run) => run.id === id)?.steps[0];
}

const ask = { agent: { permissions: "ask" } };

describe("an agent that asks people for a permission", () => {
  it.each([
    ["yes", "allowed"],
    ["no", "denied"],
  ])("goes on with %s, which stays on the record", async (option_id, verb) => {
    await startWorker();
    const made = await make({ turn: [{ ask: "rm -r /" }] }, ask);
    const grace = await makePerson(database.db, "Grace");
    await addRole(database.db, made.project.id, grace, "member");
    const id = await start(made);
    const [request] = await untilAsked(id);
    expect(await glance(made, id)).toMatchObject({ status: "running", waiting_for: "permission" });
    const asked = { tool_call: { id: "rm -r /", title: "rm -r /" }, attempt: 1, answered_by_name: null };
    expect(request).toMatchObject({ ...asked, options: [{}, { option_id: "yes", name: "Yes" }, {}] });

    const call = callerOf(database.db, grace);
    const answer = { id: request?.id ?? "", option_id };
    await expect(
      call.agentSessions.answerPermission({ ...answer, option_id: "maybe" }),
    ).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: 'The agent does not offer the answer "maybe".',
    });
    const given = await call.agentSessions.answerPermission(answer);
    expect(given).toMatchObject({ status: "answered", option_id, answered_by_name: "Grace" });
    expect(await glance(made, id)).toMatchObject({ waiting_for: null });
    await untilRun(database.db, id, "completed");

    const { step, session, said } = await read(made, id);
    expect(step?.output).toMatchObject({ text: `answered: ${option_id}` });
    expect(said).toContain("Asks for a permission: rm -r /");
    expect(said).toContain(`Grace ${verb}: rm -r / (${option_id === "yes" ? "Yes" : "No"})`);
    expect(await transcriptOf(made, session?.id ?? "")).toContain('"by":"Grace"');
    const details = await call.steps.get({ id: step?.id ?? "" });
    expect(details.permission_requests).toEqual([given]);
    expect(details.comments.map(({ text }) => text)).toEqual([
      expect.stringMatching(new RegExp(`Grace ${verb} rm .*\\(.*\\)$`)),
    ]);
    expect(await call.agentSessions.get({ id: session?.id ?? "" })).toMatchObject({
      permission_requests: [given],
    });
    const events = await database.db
      .select({ type: workflowEvents.type, data: workflowEvents.data })
      .from(workflowEvents)
      .where(eq(workflowEvents.workflow_run_id, id));
    const waiting = events.filter(({ type }) => type === "workflow.step.waiting");
    expect(waiting).toMatchObject([{ data: { step_id: "work", for: "permission" } }]);
  });

  it("for several calls at once hears of each, and takes the first of two answers", async () => {
    await startWorker();
    const made = await make({ turn: [{ ask: ["one", "two"] }] }, ask);
    const grace = await makePerson(database.db, "Grace");
    await addRole(database.db, made.project.id, grace, "member");
    const id = await start(made);
    const requests = await untilAsked(id, 2);
    const idOf = (title: string) => requests.find(({ tool_call }) => tool_call.title === title)?.id ?? "";
    const [owner, member] = [made.owner, grace].map((who) => callerOf(database.db, who).agentSessions);
    await owner?.answerPermission({ id: idOf("two"), option_id: "no" });
    expect(await glance(made, id)).toMatchObject({ waiting_for: "permission" });
    const answers = await Promise.allSettled([
      owner?.answerPermission({ id: idOf("one"), option_id: "yes" }),
      member?.answerPermission({ id: idOf("one"), option_id: "yes" }),
    ]);
    const refused = answers.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(refused).toMatchObject([{ code: "CONFLICT" }]);
    const name = answers[0]?.status === "fulfilled" ? made.owner.name : "Grace";
    expect(refused[0]).toHaveProperty("message", `${name} has answered already: Yes.`);
    await untilRun(database.db, id, "completed");
    expect((await read(made, id)).step?.output).toMatchObject({ text: "answered: yes, no" });
  });

  it("asks no more once its run is cancelled", async () => {
    await startWorker();
    const made = await make({ turn: [{ ask: "rm -r /" }] }, ask);
    const id = await start(made);
    const [request] = await untilAsked(id);
    const call = callerOf(database.db, made.owner);
    await call.runs.cancel({ id });
    expect(await statusesOf(id)).toEqual(["withdrawn"]);
    expect(await glance(made, id)).toMatchObject({ waiting_for: null });
    const answer = call.agentSessions.answerPermission({ id: request?.id ?? "", option_id: "yes" });
    await expect(answer).rejects.toMatchObject({ code: "CONFLICT" });
    await expect.poll(async () => (await readRun(database.db, id)).run.claimed_by).toBeNull();
    expect(await linesOf(made, "cancelled.txt")).toEqual(["told"]);
    expect(await transcriptOf(made, (await read(made, id)).session?.id ?? "")).toContain(
      '"answer":{"outcome":{"outcome":"cancelled"}}',
    );
  });

  it("asks anew after each worker that is killed or stops, and then goes on for good", async () => {
    const made = await make({ turn: [{ ask: "rm -r /" }] }, ask);
    const killed = await startWorkerProcess(database.url);
    const id = await start(made);
    const [first] = await untilAsked(id);
    killed.kill("SIGKILL");
    const second = await startWorker();
    await expect.poll(() => statusesOf(id)).toEqual(["withdrawn", "pending"]);
    await second.drain();
    expect(await statusesOf(id)).toEqual(["withdrawn", "withdrawn"]);
    expect(await glance(made, id)).toMatchObject({ status: "running", waiting_for: null });
    const { comments } = await callerOf(database.db, made.owner).runs.get({ id });
    const told = comments.filter(({ text }) => text.includes("no longer asks"));
    expect(told).toHaveLength(2);

    await startWorker();
    const [third] = await untilAsked(id);
    const { answerPermission } = callerOf(database.db, made.owner).agentSessions;
    const late = answerPermission({ id: first?.id ?? "", option_id: "yes" });
    await expect(late).rejects.toMatchObject({ code: "CONFLICT" });
    await answerPermission({ id: third?.id ?? "", option_id: "always" });
    await untilRun(database.db, id, "completed");
    expect((await read(made, id)).step).toMatchObject({
      attempt: 1,
      output: { text: "answered: always" },
    });
  });
});
