import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { createToken } from "../../auth/tokens";
import { closeDatabase } from "../../db/client";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject } from "../../test/factories";
import { addRole, callerOf, makeAdmin, makePerson } from "../../test/people";
import { askRoute } from "../../test/routes";
import { web } from "../../trpc/web";
import { csvHead } from "./csv";

const database = testDatabase({ fresh: true });
let made: MadeProject;
let admin: Awaited<ReturnType<typeof makeAdmin>>;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = "a secret of the tests";
  made = await makeProject(database.db);
  admin = await makeAdmin(database.db, "Root");
  const { project, owner } = made;
  const grace = await makePerson(database.db, "Grace");
  await addRole(database.db, project.id, grace, "member");
  const api = callerOf(database.db, owner);
  await api.members.update({ project_id: project.id, user_id: grace.user_id, role: "maintainer" });
  await api.members.remove({ project_id: project.id, user_id: grace.user_id });
  await api.projects.update({ id: project.id, name: "Renamed" });
  await api.users.updateMe({ name: "Ada" });
});
afterAll(() => closeDatabase(web().db));

const actions = ({ items }: { items: { action: string }[] }) => items.map(({ action }) => action);

describe("audit.list", () => {
  it("tells owners of their project, newest first, with what changed", async () => {
    const { items } = await callerOf(database.db, made.owner).audit.list({ project_id: made.project.id });
    expect(items).toMatchObject([
      {
        action: "projects.update",
        target_type: "project",
        target_name: "Renamed",
        before: { name: "Test" },
        after: { name: "Renamed" },
      },
      { action: "members.remove", target_name: "Grace", before: { role: "maintainer" }, after: null },
      { action: "members.update", before: { role: "member" }, after: { role: "maintainer" } },
    ]);
  });

  it("has what a token for one project is refused, for that project's owners", async () => {
    const { project, owner } = await makeProject(database.db);
    const { user_id, name, email } = owner;
    const actor: PersonActor = {
      ...{ type: "token", user_id, name, email, is_admin: false },
      ...{ token_id: newId(), scopes: ["read"], project_id: project.id },
    };
    const api = callerOf(database.db, actor);
    const run = { project_id: project.id, workflow_definition_id: "none", name: "Run" };
    await expect(api.runs.create(run)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const { items } = await callerOf(database.db, owner).audit.list({ project_id: project.id });
    expect(items).toMatchObject([{ action: "runs.create", outcome: "refused", actor_type: "token" }]);
  });

  it("is filtered by who, what and when, in pages", async () => {
    const api = callerOf(database.db, admin).audit;
    const { user_id: actor_id } = made.owner;
    expect(actions(await api.list({ actor_id, action: "members" }))).toEqual([
      "members.remove",
      "members.update",
    ]);
    expect(actions(await api.list({ actor_id, action: "members.remove" }))).toEqual(["members.remove"]);
    const first = await api.list({ actor_id, limit: 1 });
    const second = await api.list({ actor_id, limit: 1, cursor: first.next_cursor ?? "" });
    expect([...actions(first), ...actions(second)]).toEqual(["users.updateMe", "projects.update"]);
    const [newest] = first.items;
    const at = newest?.created_at ?? "";
    expect(actions(await api.list({ actor_id, from: at }))).toEqual(["users.updateMe"]);
    expect(actions(await api.list({ actor_id, to: at }))).not.toContain("users.updateMe");
  });

  it("tells administrators alone of everything, also of a project that is gone", async () => {
    const api = callerOf(database.db, made.owner);
    await expect(api.audit.list({})).rejects.toMatchObject({ code: "FORBIDDEN" });
    const gone = await makeProject(database.db);
    await callerOf(database.db, gone.owner).projects.delete({ id: gone.project.id });
    const project_id = gone.project.id;
    await expect(callerOf(database.db, gone.owner).audit.list({ project_id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    const { items } = await callerOf(database.db, admin).audit.list({ project_id });
    expect(items).toMatchObject([
      { action: "projects.delete", project_name: "Test", before: { name: "Test", path: gone.project.path } },
    ]);
  });
});

it("comes as a file with the same rows and rights", async () => {
  const get = async (query: string, person = admin) => {
    const { token } = await createToken(database.db, { user_id: person.user_id, name: "t" });
    const headers = { authorization: `Bearer ${token}` };
    return askRoute(new Request(`http://127.0.0.1:3000/api/audit/export?${query}`, { headers }));
  };
  const project_id = made.project.id;
  const { items } = await callerOf(database.db, admin).audit.list({ project_id });
  const lines = await get(`project_id=${project_id}`);
  expect(lines.headers.get("content-disposition")).toMatch(/^attachment; filename="audit-.*\.jsonl"$/);
  const text = await lines.text();
  expect(
    text
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each)),
  ).toEqual(items);
  const table = await (await get(`project_id=${project_id}&format=csv`)).text();
  expect(table.startsWith(csvHead)).toBe(true);
  expect(table.trim().split("\r\n")).toHaveLength(items.length + 1);
  expect((await get("format=csv", made.owner)).status).toBe(403);
  expect((await get("format=xml")).status).toBe(400);
});
