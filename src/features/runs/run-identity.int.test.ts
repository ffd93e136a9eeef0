import { and, desc, eq, sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { auditLog } from "../../db/schema/audit";
import { workflowRuns } from "../../db/schema/runs";
import { workflowTriggers } from "../../db/schema/triggers";
import { testDatabase } from "../../test/database";
import { makeProject } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();

async function makeOwn() {
  const made = await makeProject(database.db);
  const owner = callerOf(database.db, made.owner);
  const project_id = made.project.id;
  const run = await owner.runs.create({ project_id, workflow_definition_id: made.definition.id, name: "A" });
  const listed = async () => (await owner.runs.list({ project_id })).items[0];
  return { made, owner, project_id, run, listed };
}

it("is changed in what is given alone, with one event, and the audit record says from what to what", async () => {
  const { made, owner, project_id, run, listed } = await makeOwn();
  await owner.labels.create({ project_id, name: "release", color: "blue" });
  await owner.labels.create({ project_id, name: "Flaky" });
  await owner.runs.update({ id: run.id, labels: ["RELEASE", "flaky"], assignee_id: made.owner.user_id });
  await owner.runs.update({ id: run.id, name: "B", priority: 50 });
  const shown = {
    name: "B",
    priority: 50,
    assignee_name: made.owner.name,
    trigger: null,
    labels: [{ name: "Flaky", color: "gray" }, { name: "release" }],
  };
  expect(await owner.runs.get({ id: run.id })).toMatchObject(shown);
  expect(await listed()).toMatchObject(shown);
  const [job] = (
    await database.db.execute<{ priority: number }>(
      sql`select priority from graphile_worker.jobs where key = ${`run:${run.id}`}`,
    )
  ).rows;
  expect(job?.priority).toBe(-50);
  const [row] = await database.db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.action, "runs.update"), eq(auditLog.target_id, run.id)))
    .orderBy(desc(auditLog.created_at))
    .limit(1);
  expect(row).toMatchObject({ before: { name: "A", priority: 0 }, after: { name: "B", priority: 50 } });
  const { id: before } = await owner.events.head({ project_id });
  await owner.runs.update({ id: run.id, name: "B" });
  expect((await owner.events.head({ project_id })).id).toBe(before);
});

it("is given no label that the project lacks, and nobody who is no member", async () => {
  const { owner, project_id, run } = await makeOwn();
  await owner.labels.create({ project_id, name: "release" });
  await expect(owner.labels.create({ project_id, name: "Release" })).rejects.toMatchObject({
    code: "CONFLICT",
  });
  await expect(owner.runs.update({ id: run.id, labels: ["relaese"] })).rejects.toThrow(
    'did you mean "release"',
  );
  const stranger = await makePerson(database.db, "Stranger");
  await expect(
    owner.runs.update({ id: run.id, name: "No", assignee_id: stranger.user_id }),
  ).rejects.toMatchObject({ code: "BAD_REQUEST" });
  expect((await owner.runs.get({ id: run.id })).name).toBe("A");
});

it("is found by its number, in its own project alone", async () => {
  const [one, other] = await Promise.all([makeOwn(), makeOwn()]);
  expect(await one.owner.runs.byNumber({ project_id: one.project_id, number: 1 })).toEqual({
    id: one.run.id,
  });
  await expect(one.owner.runs.byNumber({ project_id: one.project_id, number: 2 })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await expect(other.owner.runs.byNumber({ project_id: one.project_id, number: 1 })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

it("follows its labels: renamed in all lists, taken off when they are deleted", async () => {
  const { owner, project_id, run, listed } = await makeOwn();
  const { id } = await owner.labels.create({ project_id, name: "old" });
  await owner.runs.update({ id: run.id, labels: ["old"] });
  expect((await listed())?.labels).toMatchObject([{ name: "old" }]);
  await owner.labels.update({ id, name: "new", color: "red" });
  expect((await listed())?.labels).toEqual([{ id, name: "new", color: "red" }]);
  await owner.labels.delete({ id });
  expect((await listed())?.labels).toEqual([]);
});

it("is followed by whoever reads it, each for themselves", async () => {
  const { made, owner, run } = await makeOwn();
  const person = await makePerson(database.db, "Viewer");
  await addRole(database.db, made.project.id, person, "viewer");
  const viewer = callerOf(database.db, person);
  await viewer.runs.follow({ id: run.id });
  await viewer.runs.follow({ id: run.id });
  expect(await viewer.runs.get({ id: run.id })).toMatchObject({ followed: true, followers_count: 1 });
  expect(await owner.runs.get({ id: run.id })).toMatchObject({ followed: false, followers_count: 1 });
  await viewer.runs.unfollow({ id: run.id });
  expect((await owner.runs.get({ id: run.id })).followers_count).toBe(0);
});

it("says what started it by itself, also once the trigger is gone", async () => {
  const { made, owner, run } = await makeOwn();
  const trigger = { id: "trigger-of-a", kind: "schedule" as const, key: "nightly", spec: {}, enabled: false };
  await database.db
    .insert(workflowTriggers)
    .values({ ...trigger, workflow_definition_id: made.definition.id });
  await database.db
    .update(workflowRuns)
    .set({ workflow_trigger_id: trigger.id })
    .where(eq(workflowRuns.id, run.id));
  expect((await owner.runs.get({ id: run.id })).trigger).toEqual({ kind: "schedule", key: "nightly" });
  await database.db.delete(workflowTriggers).where(eq(workflowTriggers.id, trigger.id));
  expect((await owner.runs.get({ id: run.id })).trigger).toEqual({ kind: null, key: null });
});
