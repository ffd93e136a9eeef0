import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { workflowRuns } from "../../db/schema/runs";
import { testDatabase } from "../../test/database";
import { makeProject } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { indexRuns } from "../../worker/index-runs";

const database = testDatabase({ fresh: true });

async function makeOwn() {
  const made = await makeProject(database.db, { args_schema: { type: "object" } });
  const owner = callerOf(database.db, made.owner);
  const project_id = made.project.id;
  const start = (name: string, args = {}) =>
    owner.runs.create({ project_id, workflow_definition_id: made.definition.id, name, args });
  const listed = async (q: string) =>
    (await owner.runs.list({ project_id, q })).items.map(({ name }) => name).sort();
  const found = async (q: string, caller = owner) =>
    (await caller.search.find({ q, project_id })).runs.map(({ name }) => name);
  return { made, owner, project_id, start, listed, found };
}

it("finds a run by number and name at once, by args, errors and comments once they are indexed, and by nothing else", async () => {
  const { made, owner, start, listed, found } = await makeOwn();
  const run = await start("Ship camelCase", { branch: "fix/retention-sweep" });
  await start("Other");
  expect(await listed("ip camel")).toEqual(["Ship camelCase"]);
  expect(await found("#1")).toEqual(["Ship camelCase"]);
  await owner.comments.create({ run_id: run.id, text: "The *zebra* did it" });
  await owner.runs.cancel({ id: run.id });
  await indexRuns(database.db);
  for (const q of ["retention sweep", "zebr", "case", "cancelled by"]) {
    expect(await listed(q), q).toEqual(["Ship camelCase"]);
    expect(await found(q), q).toEqual(["Ship camelCase"]);
    expect(await owner.runs.counts({ project_id: made.project.id, q })).toMatchObject({ cancelled: 1 });
  }
  expect(await listed("zebra giraffe")).toEqual([]);
  // The definition's own word is no run's.
  expect(await found("2")).toEqual(["Other"]);
});

it("indexes runs from before, and those whose events are gone", async () => {
  const { made, start, listed } = await makeOwn();
  const { id } = await start("Before", { word: "aardvark" });
  await database.db.execute(sql`delete from run_search_progress`);
  await database.db.execute(sql`delete from run_search`);
  await indexRuns(database.db);
  expect(await listed("aardvark")).toEqual(["Before"]);
  await database.db.execute(sql`update workflow_runs set args = '{"word":"badger"}' where id = ${id}`);
  await database.db.execute(sql`
    update projects set events_swept = event_seq + 1, event_seq = event_seq + 1 where id = ${made.project.id}`);
  await indexRuns(database.db);
  expect(await listed("badger")).toEqual(["Before"]);
  expect(await listed("aardvark")).toEqual([]);
});

it("finds what is behind the runs that it looks through, from the index, page by page", async () => {
  const { made, owner, project_id, start, listed, found } = await makeOwn();
  const { id } = await start("Needle", { word: "ocelot" });
  await database.db.execute(sql`
    insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args, status)
    select 'many' || n, project_id, user_id, workflow_definition_id, revision, n + 1, 'Nightly', '{}', 'pending'
    from ${workflowRuns} r, generate_series(1, 2500) n where r.id = ${id}`);
  await database.db.execute(sql`update projects set run_seq = 2501 where id = ${project_id}`);
  await indexRuns(database.db);
  expect(await listed("ocelot")).toEqual(["Needle"]);
  expect(await found("ocelot")).toEqual(["Needle"]);
  const first = await owner.runs.list({ project_id, q: "nightly", limit: 200 });
  expect(first.items).toHaveLength(200);
  const { items } = await owner.runs.list({ project_id, q: "nightly", cursor: first.next_cursor ?? "" });
  expect(items[0]?.id).not.toBe(first.items.at(-1)?.id);
  expect(await owner.runs.counts({ project_id, q: "ocelot" })).toMatchObject({ pending: 1 });
  expect(made.project.id).toBe(project_id);
});

it("gives nobody what they may not see", async () => {
  const { made, project_id, start } = await makeOwn();
  await start("Secret plans");
  await indexRuns(database.db);
  const stranger = await makePerson(database.db, "Wilhelmina");
  const asked = callerOf(database.db, stranger);
  expect(await asked.search.find({ q: "secret", project_id })).toEqual({
    runs: [],
    definitions: [],
    projects: [],
    people: [],
  });
  expect((await asked.search.find({ q: made.project.slug })).projects).toEqual([]);
  const owner = callerOf(database.db, made.owner);
  expect((await owner.search.find({ q: "wilhel" })).people).toEqual([]);
  await addRole(database.db, project_id, stranger, "viewer");
  expect((await asked.search.find({ q: "secret" })).runs).toHaveLength(1);
  expect((await asked.search.find({ q: made.project.slug })).projects).toHaveLength(1);
  expect((await owner.search.find({ q: "wilhel" })).people).toEqual([
    { user_id: stranger.user_id, name: "Wilhelmina", project_slug: made.project.slug },
  ]);
});
