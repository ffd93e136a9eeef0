import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { adoptSecret } from "../../auth/fingerprint";
import { findTokenActor } from "../../auth/tokens";
import { findUserByCredentials, findUserByEmail } from "../../auth/users";
import { installation } from "../../db/schema/installation";
import { users } from "../../db/schema/users";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, scriptStep } from "../../test/factories";
import { addRole, callerOf, makeAdmin, makePerson } from "../../test/people";

const database = testDatabase({ fresh: true });
const DAY_MS = 24 * 60 * 60 * 1000;
let made: MadeProject;
let owner: Awaited<ReturnType<typeof makePerson>>;

beforeAll(async () => {
  await adoptSecret(database.db, "a secret of the tests");
  made = await makeProject(database.db, { steps: [scriptStep("build", "true")] });
  owner = await makePerson(database.db, "Ada");
  await addRole(database.db, made.project.id, owner, "owner");
});

const asOwner = () => callerOf(database.db, owner);
async function byToken(token: string) {
  const actor = await findTokenActor(database.db, token);
  if (!actor) throw new Error("the token is nobody's");
  return callerOf(database.db, actor);
}
const daysOf = (time: string | null) => time && Math.round((Date.parse(time) - Date.now()) / DAY_MS);

describe("a token", () => {
  it("ends in 90 days unless it is said otherwise, and has each scope with those before it", async () => {
    const usual = await asOwner().tokens.create({ name: "usual" });
    expect([daysOf(usual.expires_at), usual.scopes, usual.project_id]).toEqual([
      90,
      ["read", "run", "write"],
      null,
    ]);
    const small = await asOwner().tokens.create({
      name: "small",
      scopes: ["run"],
      project_id: made.project.id,
      expires_at: null,
    });
    expect(small).toMatchObject({
      scopes: ["read", "run"],
      project_id: made.project.id,
      project_name: made.project.name,
      expires_at: null,
    });
  });

  it("lives no longer than the administrators say, who alone say it", async () => {
    const admin = callerOf(database.db, await makeAdmin(database.db, "Root"));
    await expect(asOwner().installation.update({ token_days: 30 })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect(await admin.installation.update({ token_days: 30 })).toMatchObject({
      token_days: 30,
      session_days: 90,
    });
    const create = (expires_at?: string | null) => asOwner().tokens.create({ name: "t", expires_at });
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
    for (const end of [null, inDays(31)]) {
      await expect(create(end)).rejects.toMatchObject({
        code: "BAD_REQUEST",
        message: expect.stringContaining("30 days at most"),
      });
    }
    expect(daysOf((await create()).expires_at)).toBe(30);
    expect(daysOf((await create(inDays(30))).expires_at)).toBe(30);
    await database.db.update(installation).set({ token_days: null });
  });

  it("makes no other, ends none but itself, and changes no password", async () => {
    const { token, id } = await asOwner().tokens.create({ name: "t", scopes: ["read"] });
    const by = await byToken(token);
    const other = await asOwner().tokens.create({ name: "other" });
    const refused = {
      create: () => by.tokens.create({ name: "more" }),
      machine: () => by.machineTokens.create({ project_id: made.project.id, name: "more" }),
      revoke: () => by.tokens.revoke({ id: other.id }),
      end: () => by.sessions.endOthers(),
      password: () =>
        by.users.changePassword({
          current_password: "a",
          new_password: "long enough",
          tokens: "keep",
        }),
    };
    for (const [what, call] of Object.entries(refused)) {
      await expect(call(), what).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    expect((await by.tokens.revoke({ id })).revoked_at).not.toBeNull();
    expect(await findTokenActor(database.db, token)).toBeNull();
  });

  it("of an administrator is an administrator's only where it may do everything", async () => {
    const admin = callerOf(database.db, await makeAdmin(database.db, "Root"));
    const isAdmin = async (input: { scopes?: ["run"] }) => {
      const { token } = await admin.tokens.create({ name: "t", ...input });
      return (await findTokenActor(database.db, token))?.is_admin;
    };
    expect([await isAdmin({}), await isAdmin({ scopes: ["run"] })]).toEqual([true, false]);
  });
});

describe("a project's machine account", () => {
  const create = () =>
    asOwner().machineTokens.create({ project_id: made.project.id, name: "ci", scopes: ["run"] });

  it("is made with its first token, starts runs in its name, and outlives who made it", async () => {
    const { token } = await create();
    const again = await create();
    const machines = await database.db.select().from(users).where(eq(users.project_id, made.project.id));
    expect(machines).toHaveLength(1);
    const by = await byToken(token);
    await database.db
      .update(users)
      .set({ disabled_at: new Date().toISOString() })
      .where(eq(users.id, owner.user_id));
    const run = await by.runs.create({
      project_id: made.project.id,
      workflow_definition_id: made.definition.id,
      name: "By CI",
      args: {},
    });
    await database.db.update(users).set({ disabled_at: null }).where(eq(users.id, owner.user_id));
    expect((await asOwner().runs.get({ id: run.id })).user_name).toBe(`Machine of ${made.project.name}`);
    const { items } = await asOwner().machineTokens.list({ project_id: made.project.id });
    expect(items.map(({ id }) => id)).toContain(again.id);
    await asOwner().machineTokens.revoke({ project_id: made.project.id, id: again.id });
    expect(await findTokenActor(database.db, again.token)).toBeNull();
  });

  it("sees its project alone, and cannot be signed in to, listed, added elsewhere, changed or removed", async () => {
    const { token } = await create();
    const by = await byToken(token);
    const [machine] = await database.db.select().from(users).where(eq(users.project_id, made.project.id));
    if (!machine) throw new Error("there is no machine");
    const { id: user_id, email } = machine;
    expect((await by.projects.list()).items.map(({ id }) => id)).toEqual([made.project.id]);
    expect(await findUserByEmail(database.db, email)).toBeNull();
    const address = "192.0.2.1";
    expect(await findUserByCredentials(database.db, { email, password: "none", address })).toBeNull();
    const { items } = await asOwner().members.list({ project_id: made.project.id });
    expect(items.map((each) => each.user_id)).not.toContain(user_id);
    const place = { project_id: made.project.id, user_id };
    const refused = [
      () => asOwner().members.add({ project_id: made.project.id, email, role: "member" }),
      () => asOwner().members.update({ ...place, role: "owner" }),
      () => asOwner().members.remove(place),
    ];
    for (const call of refused) await expect(call()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is called after its project, and goes with it", async () => {
    const project = (await makeProject(database.db, { steps: [scriptStep("build", "true")] })).project;
    await addRole(database.db, project.id, owner, "owner");
    await asOwner().machineTokens.create({ project_id: project.id, name: "ci" });
    const find = () => database.db.select().from(users).where(eq(users.project_id, project.id));
    await asOwner().projects.update({ id: project.id, name: "Renamed" });
    expect((await find())[0]?.name).toBe("Machine of Renamed");
    await asOwner().projects.delete({ id: project.id });
    expect(await find()).toEqual([]);
  });
});
