import { beforeAll, describe, expect, it } from "vitest";
import { idempotencyKeys } from "../db/schema/idempotency";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject } from "../test/factories";
import { addRole, callerOf, makePerson } from "../test/people";

const database = testDatabase();

describe("an Idempotency-Key", () => {
  let made: MadeProject;
  const asOwner = (key: string | null) => callerOf(database.db, made.owner, key);
  const input = (name = "Once") => ({
    project_id: made.project.id,
    workflow_definition_id: made.definition.id,
    name,
    args: {},
  });
  const countRuns = async () => (await asOwner(null).runs.list({ project_id: made.project.id })).items.length;

  beforeAll(async () => {
    made = await makeProject(database.db);
  });

  it("makes one run of many requests, also at once, and gives each the first result", async () => {
    const before = await countRuns();
    const first = await asOwner("many").runs.create(input());
    const rest = await Promise.all(Array.from({ length: 8 }, () => asOwner("many").runs.create(input())));
    for (const run of rest) expect(run).toEqual(first);
    const rivals = await Promise.all(Array.from({ length: 8 }, () => asOwner("rivals").runs.create(input())));
    expect(new Set(rivals.map((run) => run.id)).size).toBe(1);
    expect(await countRuns()).toBe(before + 2);
  });

  it("refuses another request under it, and knows the same one whatever its order", async () => {
    const { project_id, workflow_definition_id, name, args } = input();
    const first = await asOwner("order").runs.create({ project_id, workflow_definition_id, name, args });
    const again = await asOwner("order").runs.create({ args, name, workflow_definition_id, project_id });
    expect(again.id).toBe(first.id);
    await expect(asOwner("order").runs.create(input("Other"))).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(asOwner("order").tokens.create({ name: "t" })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("is each person's own", async () => {
    const other = await makePerson(database.db, "Other");
    await addRole(database.db, made.project.id, other, "member");
    const first = await asOwner("shared").runs.create(input());
    const second = await callerOf(database.db, other, "shared").runs.create(input());
    expect(second.id).not.toBe(first.id);
  });

  it("gives a removed member nothing", async () => {
    const leaver = await makePerson(database.db, "Leaver");
    const asLeaver = callerOf(database.db, leaver, "gone");
    await expect(asLeaver.runs.create(input())).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("remembers no failure", async () => {
    const wrong = { ...input(), workflow_definition_id: "none" };
    await expect(asOwner("fails").runs.create(wrong)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await asOwner("fails").runs.create(input())).id).toBeTruthy();
  });

  it("gives a token's text again, and keeps it unreadable", async () => {
    const first = await asOwner("token").tokens.create({ name: "ci" });
    expect((await asOwner("token").tokens.create({ name: "ci" })).token).toBe(first.token);
    const rows = await database.db.select().from(idempotencyKeys);
    for (const { result } of rows) expect(result?.includes(first.token)).toBe(false);
  });

  it("holds for 24 hours", async () => {
    const first = await asOwner("day").runs.create(input());
    await database.db
      .update(idempotencyKeys)
      .set({ created_at: new Date(Date.now() - 25 * 3_600_000).toISOString() });
    const second = await asOwner("day").runs.create(input("Next day"));
    expect(second.id).not.toBe(first.id);
    expect((await asOwner("day").runs.create(input("Next day"))).id).toBe(second.id);
  });

  it("works on projects, members and definitions", async () => {
    const email = (await makePerson(database.db, "Newcomer")).email;
    const { id: project_id } = made.project;
    const add = () => asOwner("member").members.add({ project_id, email, role: "viewer" });
    expect(await add()).toEqual(await add());
    const source = "name: Twice\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n";
    const define = () => asOwner("definition").definitions.create({ project_id, source });
    expect((await define()).id).toBe((await define()).id);
    await expect(asOwner("bad key").projects.create({ name: "P" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });
});
