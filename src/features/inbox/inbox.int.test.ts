import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { agentSessions } from "../../db/schema/agents";
import { agentPermissionRequests } from "../../db/schema/permissions";
import { projectMembers } from "../../db/schema/projects";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { newId } from "../../lib/ids";
import type { ApprovalRequest } from "../../model/states";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();
let made: MadeProject;
let maintainer: PersonActor;
let member: PersonActor;
let viewer: PersonActor;

const ANYBODY: ApprovalRequest["approvers"] = { role: "member", count: 1, allow_self: true };

beforeAll(async () => {
  made = await makeProject(database.db, { steps: [approvalStep("ok")] });
  const join = async (name: string, role: "maintainer" | "member" | "viewer") => {
    const person = await makePerson(database.db, name);
    await addRole(database.db, made.project.id, person, role);
    return person;
  };
  maintainer = await join("Mae", "maintainer");
  member = await join("Mel", "member");
  viewer = await join("Vera", "viewer");
});

/**
 * Makes a run whose only step has waited for an approval since `asked_at`; returns the step's row. The
 * project's owner started it.
 */
async function ask(approvers: Partial<ApprovalRequest["approvers"]> = {}, asked_at?: string, project = made) {
  const { run, steps } = await makeRun(database.db, project);
  const [step] = steps;
  if (!step) throw new Error("the run has no step");
  const started_at = asked_at ?? new Date().toISOString();
  await database.db.update(workflowRuns).set({ status: "running" }).where(eq(workflowRuns.id, run.id));
  await database.db
    .update(workflowRunSteps)
    .set({
      status: "running",
      waiting_for: "approval",
      attempt: 1,
      started_at,
      request: { prompt: "Go on?", approvers: { ...ANYBODY, ...approvers }, form: null },
    })
    .where(eq(workflowRunSteps.id, step.id));
  await database.db
    .insert(workflowRunStepAttempts)
    .values({ workflow_run_step_id: step.id, number: 1, log_directory_path: "logs" });
  return step.id;
}

const inboxOf = (actor: PersonActor, input: { limit?: number; cursor?: string } = {}) =>
  callerOf(database.db, actor).inbox.list(input);
const idsOf = async (actor: PersonActor) => (await inboxOf(actor)).items.map(({ id }) => id);

describe("inbox.list", () => {
  it("shows what the role allows, and to who started the run only what they may decide", async () => {
    const anybody = await ask();
    const others = await ask({ allow_self: false });
    const ranked = await ask({ role: "maintainer" });
    expect(await idsOf(member)).toEqual([others, anybody]);
    expect(await idsOf(maintainer)).toEqual([ranked, others, anybody]);
    expect(await idsOf(made.owner)).toEqual([ranked, anybody]);
    expect(await inboxOf(viewer)).toEqual({ items: [], next_cursor: null, count: 0 });
    expect(await idsOf(await makePerson(database.db, "Stranger"))).toEqual([]);
  });

  it("says who asks what, where, and how many have approved", async () => {
    const id = await ask({ count: 3 });
    await callerOf(database.db, maintainer).steps.decide({ id, decision: "approve" });
    const [item] = (await inboxOf(member)).items;
    expect(item).toMatchObject({
      waiting_for: "approval",
      id,
      step: { id, step_id: "ok", attempt: 1 },
      approvals: 1,
      wake_at: null,
      asked_at: expect.stringMatching(/^\d{4}-.*Z$/),
      request: { prompt: "Go on?", approvers: { count: 3 } },
      run: { number: expect.any(Number), name: "Test run", user_name: "Owner", definition_name: "Work" },
      project: { id: made.project.id, slug: made.project.slug },
    });
    expect(await idsOf(maintainer), "who has decided is not asked again").not.toContain(id);
    await callerOf(database.db, member).steps.decide({ id, decision: "reject" });
    expect(await idsOf(made.owner), "a rejection ends it for everybody").not.toContain(id);
  });

  it("asks members what agents want leave for, until somebody answers", async () => {
    const { run, steps } = await makeRun(database.db, made);
    const [step] = steps;
    if (!step) throw new Error("the run has no step");
    await database.db.update(workflowRuns).set({ status: "running" }).where(eq(workflowRuns.id, run.id));
    await database.db
      .update(workflowRunSteps)
      .set({ status: "running", attempt: 1 })
      .where(eq(workflowRunSteps.id, step.id));
    const agent_session_id = newId();
    await database.db.insert(agentSessions).values({
      id: agent_session_id,
      project_id: made.project.id,
      agent: "claude",
      status: "running",
      transcript_path: "none",
    });
    const id = newId();
    const options = [{ option_id: "yes", name: "Allow", kind: "allow_once" }];
    const content = [{ type: "text" as const, text: "much" }];
    await database.db.insert(agentPermissionRequests).values({
      id,
      agent_session_id,
      workflow_run_step_id: step.id,
      attempt: 1,
      tool_call: {
        id: "t",
        title: "Run npm test",
        kind: "execute",
        locations: [],
        content,
        input: null,
        is_cut: false,
      },
      options,
    });
    const [item] = (await inboxOf(member)).items;
    expect(item).toEqual({
      reason: "permission",
      waiting_for: "permission",
      id,
      key: `permission:${id}`,
      at: expect.stringMatching(/Z$/),
      asked_at: expect.stringMatching(/Z$/),
      read_at: null,
      done_at: null,
      snoozed_until: null,
      agent: "claude",
      tool_call: { title: "Run npm test", kind: "execute", locations: [] },
      options,
      step: { id: step.id, step_id: "ok", name: "ok", attempt: 1 },
      run: {
        id: run.id,
        number: run.number,
        name: "Test run",
        status: "running",
        user_name: "Owner",
        definition_name: "Work",
      },
      project: { id: made.project.id, name: "Test", slug: made.project.slug },
    });
    expect(await idsOf(viewer)).toEqual([]);
    await callerOf(database.db, maintainer).agentSessions.answerPermission({ id, option_id: "yes" });
    expect(await idsOf(member)).not.toContain(id);
  });

  it("keeps an answerless question away while it is snoozed or done", async () => {
    const id = await ask();
    const { keys, count } = await inboxOf(member).then((page) => ({
      keys: page.items.filter((item) => item.id === id).map(({ key }) => key),
      count: page.count,
    }));
    const { mark, list } = callerOf(database.db, member).inbox;
    expect(await mark({ keys, snoozed_until: new Date(Date.now() + 60_000).toISOString() })).toEqual({
      marked: 1,
    });
    expect(await idsOf(member)).not.toContain(id);
    expect(await inboxOf(member)).toMatchObject({ count: count - 1 });
    expect((await list({ view: "snoozed" })).items).toMatchObject([{ id, reason: "approval" }]);
    await mark({ keys, snoozed_until: null });
    expect(await idsOf(member)).toContain(id);
    await mark({ keys, done: true });
    expect(await idsOf(member)).not.toContain(id);
    expect((await list({ view: "done" })).items).toMatchObject([{ id, reason: "approval" }]);
    expect(await idsOf(maintainer), "others are asked on").toContain(id);
    expect(await callerOf(database.db, viewer).inbox.mark({ keys, done: true })).toEqual({ marked: 0 });
  });

  it("goes through all projects of one, page by page, with the count of all", async () => {
    const person = await makePerson(database.db, "Paula");
    const other = await makeProject(database.db, { steps: [approvalStep("ok")] });
    for (const { project } of [made, other]) await addRole(database.db, project.id, person, "owner");
    await database.db.delete(projectMembers).where(eq(projectMembers.user_id, maintainer.user_id));
    const before = (await inboxOf(person)).count;
    // Two items with the same time are ordered by id.
    const at = "2031-01-01T00:00:00.000Z";
    const made3 = [await ask({}, at), await ask({}, at, other), await ask({}, "2031-01-02T00:00:00.000Z")];
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 3; page++) {
      const { items, next_cursor, count } = await inboxOf(person, {
        limit: 1,
        ...(cursor ? { cursor } : {}),
      });
      expect(count).toBe(before + 3);
      seen.push(...items.map(({ id }) => id));
      cursor = next_cursor ?? undefined;
    }
    expect(seen[0]).toBe(made3[2]);
    expect(seen.toSorted()).toEqual(made3.toSorted());
    expect(await idsOf(maintainer), "who left sees nothing of it").toEqual([]);
  });
});
