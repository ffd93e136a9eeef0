import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { workflowArtifacts, workflowComments } from "../../db/schema/comments";
import { workflowEvents } from "../../db/schema/events";
import { workflowRunSteps } from "../../db/schema/runs";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { type MadeProject, type MadeRun, makeProject, makeRun, scriptStep } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();

describe("comments", () => {
  let made: MadeProject;
  let ours: MadeRun;
  let member: PersonActor;
  let maintainer: PersonActor;
  const as = (actor: PersonActor) => callerOf(database.db, actor);
  const tokenOf = (actor: PersonActor): PersonActor => ({
    ...actor,
    type: "token",
    token_id: newId(),
    scopes: ["read", "run", "write"],
    project_id: null,
  });

  beforeAll(async () => {
    made = await makeProject(database.db, {
      steps: [scriptStep("build", "true"), scriptStep("test", "true")],
    });
    ours = await makeRun(database.db, made);
    member = await makePerson(database.db, "Member");
    await addRole(database.db, made.project.id, member, "member");
    maintainer = await makePerson(database.db, "Maintainer");
    await addRole(database.db, made.project.id, maintainer, "maintainer");
  });

  async function makeArtifact(run: MadeRun = ours): Promise<string> {
    const [row] = await database.db
      .insert(workflowArtifacts)
      .values({
        workflow_run_step_id: run.steps[0]?.id ?? "",
        name: "report.txt",
        file_path: "none",
        file_type: "document",
        mime_type: "text/plain",
        size_bytes: 1,
        sha256: "0".repeat(64),
      })
      .returning({ id: workflowArtifacts.id });
    return row?.id ?? "";
  }

  const typesSince = async (seq: number) =>
    (
      await database.db
        .select({ seq: workflowEvents.seq, type: workflowEvents.type })
        .from(workflowEvents)
        .where(eq(workflowEvents.project_id, made.project.id))
        .orderBy(workflowEvents.seq)
    )
      .filter((event) => event.seq > seq)
      .map((event) => event.type);
  const head = async () => (await as(made.owner).events.head({ project_id: made.project.id })).id;

  it("are written on a run and on a step, named by its id or its row's, and listed oldest first", async () => {
    const run_id = ours.run.id;
    const row = ours.steps[1]?.id ?? "";
    const first = await as(member).comments.create({ run_id, text: "On the **run**" });
    const second = await as(member).comments.create({ run_id, text: "By id", step_id: "test" });
    const third = await as(member).comments.create({ run_id, text: "By row", step_id: row });
    expect(first).toMatchObject({
      workflow_run_step_id: null,
      comment_type: "user",
      created_by: member.user_id,
      created_by_name: "Member",
      creator: { id: member.user_id, name: "Member" },
      artifacts: [],
    });
    expect((await as(member).comments.list({ run_id })).items).toEqual([first, second, third]);
    expect((await as(member).comments.list({ run_id, step_id: "test" })).items).toEqual([second, third]);
    expect((await as(member).runs.get({ id: run_id })).comments).toEqual([first, second, third]);
    expect((await as(member).steps.get({ id: row })).comments).toEqual([second, third]);
    const [listed] = (await as(member).runs.list({ project_id: made.project.id })).items;
    expect(listed?.comments_count).toBe(3);
  });

  it("take artifacts of their run along, and no others", async () => {
    const before = await head();
    const artifact = await makeArtifact();
    const comment = await as(member).comments.create({
      run_id: ours.run.id,
      text: "See this",
      artifact_ids: [artifact],
    });
    expect(comment.artifacts.map((each) => [each.id, each.workflow_comment_id])).toEqual([
      [artifact, comment.id],
    ]);
    expect(await typesSince(before)).toEqual(["workflow.comment.created", "workflow.artifact.attached"]);
    const foreign = await makeArtifact(await makeRun(database.db, made));
    const count = (await as(member).comments.list({ run_id: ours.run.id })).items.length;
    await expect(
      as(member).comments.create({ run_id: ours.run.id, text: "No", artifact_ids: [foreign] }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining(foreign) });
    expect((await as(member).comments.list({ run_id: ours.run.id })).items.length).toBe(count);
  });

  it("leave their artifacts behind, detached, when deleted", async () => {
    const artifact = await makeArtifact();
    const comment = await as(member).comments.create({
      run_id: ours.run.id,
      text: "Soon gone",
      artifact_ids: [artifact],
    });
    const before = await head();
    await as(member).comments.delete({ id: comment.id });
    const [left] = await database.db
      .select()
      .from(workflowArtifacts)
      .where(eq(workflowArtifacts.id, artifact));
    expect(left?.workflow_comment_id).toBeNull();
    expect(await typesSince(before)).toEqual(["workflow.artifact.detached", "workflow.comment.deleted"]);
    await expect(as(member).comments.delete({ id: comment.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are changed by who wrote them, through a token too, and by nobody else", async () => {
    const comment = await as(member).comments.create({ run_id: ours.run.id, text: "Draft" });
    for (const change of [
      () => as(made.owner).comments.update({ id: comment.id, text: "Mine" }),
      () => as(maintainer).comments.update({ id: comment.id, text: "Mine" }),
      () => as(maintainer).comments.delete({ id: comment.id }),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    const before = await head();
    const edited = await as(tokenOf(member)).comments.update({ id: comment.id, text: "Final" });
    expect(edited).toMatchObject({ id: comment.id, text: "Final", created_at: comment.created_at });
    expect(edited.updated_at > comment.updated_at).toBe(true);
    expect(await typesSince(before)).toEqual(["workflow.comment.updated"]);
  });

  it("are deleted by an owner too, agents' as people's, and the system's by nobody", async () => {
    const { run } = await makeRun(database.db, made);
    const [said, agent] = [
      await as(maintainer).comments.create({ run_id: run.id, text: "Wrong place" }),
      await as(tokenOf(member)).comments.create({ run_id: run.id, text: "Done", comment_type: "agent" }),
    ];
    await as(member).runs.cancel({ id: run.id });
    const before = await head();
    await as(tokenOf(made.owner)).comments.delete({ id: said.id });
    await as(made.owner).comments.delete({ id: agent.id });
    expect(await typesSince(before)).toEqual(["workflow.comment.deleted", "workflow.comment.deleted"]);
    const left = (await as(member).comments.list({ run_id: run.id })).items;
    expect(left.map(({ comment_type }) => comment_type)).toEqual(["system"]);
    await expect(as(made.owner).comments.delete({ id: left[0]?.id ?? "" })).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("system"),
    });
  });

  it("say agent only by token, and never system", async () => {
    const run_id = ours.run.id;
    const agent = await as(tokenOf(member)).comments.create({ run_id, text: "Done", comment_type: "agent" });
    expect(agent.comment_type).toBe("agent");
    await expect(
      as(member).comments.create({ run_id, text: "No", comment_type: "agent" }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(
      as(tokenOf(member)).comments.create({ run_id, text: "No", comment_type: "system" as "user" }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it.each([
    ["", "empty"],
    ["  \n", "empty"],
    ["a\0b", "U+0000"],
    ["x".repeat(50_001), "50000"],
  ])("refuse the text %j", async (text, reason) => {
    await expect(as(member).comments.create({ run_id: ours.run.id, text })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining(reason),
    });
  });

  it("refuse a step of another run", async () => {
    const other = await makeRun(database.db, made);
    await expect(
      as(member).comments.create({ run_id: ours.run.id, text: "No", step_id: other.steps[0]?.id ?? "" }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are written by the system on pause, resume, cancel and retry, with names as plain text", async () => {
    const named = { ...member, name: "A [link](http://x) *b*" };
    const { run } = await makeRun(database.db, made);
    await as(named).runs.cancel({ id: run.id });
    await as(named).runs.retry({ id: run.id, from_step_id: "test" });
    const texts = (await as(member).comments.list({ run_id: run.id })).items.map((comment) => [
      comment.comment_type,
      comment.created_by,
      comment.text,
    ]);
    const name = "A \\[link\\]\\(http\\://x\\) \\*b\\*";
    expect(texts).toEqual([
      ["system", null, `Cancelled by ${name}`],
      ["system", null, `Retried from **test** by ${name}`],
    ]);
  });

  it("go with their run, their step and their author", async () => {
    const { run, steps } = await makeRun(database.db, made);
    const author = await makePerson(database.db, "Author");
    await addRole(database.db, made.project.id, author, "member");
    const on = (step_id?: string) =>
      as(author).comments.create({ run_id: run.id, text: "x", ...(step_id ? { step_id } : {}) });
    const [whole, step] = [await on(), await on("build")];
    const isThere = async (id: string) =>
      (await database.db.select().from(workflowComments).where(eq(workflowComments.id, id))).length === 1;
    await database.db.delete(workflowRunSteps).where(eq(workflowRunSteps.id, steps[0]?.id ?? ""));
    expect([await isThere(whole.id), await isThere(step.id)]).toEqual([true, false]);
    await as(made.owner).runs.cancel({ id: run.id });
    await as(made.owner).runs.delete({ id: run.id });
    expect(await isThere(whole.id)).toBe(false);
  });
});
