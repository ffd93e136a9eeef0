import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import type { Claims } from "../../auth/oidc/claims";
import { auditLog } from "../../db/schema/audit";
import { identities } from "../../db/schema/people";
import { users } from "../../db/schema/users";
import { newId } from "../../lib/ids";
import { parseAllow } from "../../lib/oidc-settings";
import { testDatabase } from "../../test/database";
import { callerOf, makeAdmin, makePerson } from "../../test/people";
import { enterByProvider, type Purpose } from "./commands/enter-by-provider";

const database = testDatabase({ fresh: true });
const api = (actor: PersonActor) => callerOf(database.db, actor);
let admin: PersonActor;

beforeAll(async () => {
  admin = await makeAdmin(database.db, "Ada");
});

const claimsOf = (more: Record<string, unknown> = {}): Claims => ({
  iss: "https://login.example.com",
  sub: newId(),
  email: `${newId()}@example.com`,
  email_verified: true,
  name: "Bob",
  ...more,
});
const enter = (claims: Claims, purpose: Purpose = {}, allow = "example.com") =>
  enterByProvider({ db: database.db, address: "127.0.0.1" }, claims, { allow: parseAllow(allow), purpose });

async function idOf(claims: Claims): Promise<string | undefined> {
  const entered = await enter(claims);
  return "user" in entered ? entered.user.id : undefined;
}

describe("somebody whom the provider knows", () => {
  it("is made an account once, and found by issuer and subject after", async () => {
    const claims = claimsOf();
    const [first, second] = await Promise.all([enter(claims), enter(claims)]);
    const made = [first, second].filter((each) => "user" in each);
    expect(made.length).toBeGreaterThan(0);
    const id = await idOf(claims);
    expect(id).toBeDefined();
    // The address there may change hands; the account here does not.
    expect(await idOf({ ...claims, email: "other@example.com" })).toBe(id);
    expect(await enter({ ...claims, iss: "https://evil.example.com" })).toEqual({ refused: "exists" });
  });

  it("never gets an account by its e-mail alone, but by an invitation or a session", async () => {
    const { user, url } = await api(admin).users.invite({ email: "ivy@example.com", name: "Ivy" });
    const claims = claimsOf({ email: "ivy@example.com" });
    expect(await enter(claims)).toEqual({ refused: "exists" });
    const link_token = new URL(url).searchParams.get("token") ?? "";
    expect(await enter(claims, { link_token }, "elsewhere.org")).toEqual({ refused: "not-allowed" });
    expect(await enter(claims, { link_token })).toMatchObject({ user: { id: user.id } });
    expect(await enter(claimsOf(), { link_token })).toEqual({ refused: "stale" });

    const pat = await makePerson(database.db, "Pat");
    const theirs = claimsOf();
    expect(await enter(theirs, { link_user_id: pat.user_id })).toMatchObject({ user: { id: pat.user_id } });
    expect(await enter(theirs, { link_user_id: admin.user_id })).toEqual({ refused: "linked-elsewhere" });
    const [identity] = await api(pat).users.identities();
    await api(pat).users.unlink({ id: identity?.id ?? "" });
    const [row] = await database.db.select().from(auditLog).where(eq(auditLog.action, "users.unlink"));
    expect(row).toMatchObject({ actor_id: pat.user_id, before: { label: theirs.email } });
  });

  it("keeps a way in, and is not let in without a rule, a verified e-mail, or once disabled", async () => {
    expect(await enter(claimsOf(), {}, "")).toEqual({ refused: "not-invited" });
    expect(await enter(claimsOf({ email_verified: false }))).toEqual({ refused: "email-unverified" });
    expect(await enter(claimsOf({ email: undefined }), {}, "*")).toEqual({ refused: "email-missing" });
    const claims = claimsOf();
    const id = (await idOf(claims)) ?? "";
    const [user] = await database.db.select().from(users).where(eq(users.id, id));
    if (!user) throw new Error("no account was made");
    const [identity] = await database.db.select().from(identities).where(eq(identities.user_id, id));
    const actor = { ...admin, user_id: id, is_admin: false } as PersonActor;
    await expect(api(actor).users.unlink({ id: identity?.id ?? "" })).rejects.toThrow("only way");
    await api(admin).users.update({ id, disabled: true });
    expect(await enter(claims)).toEqual({ refused: "disabled" });
    const refused = await database.db.select().from(auditLog).where(eq(auditLog.outcome, "refused"));
    expect(refused.at(-1)).toMatchObject({ action: "users.enterByProvider", after: { reason: "disabled" } });
  });
});

describe("a group with a claim", () => {
  it("has whom the provider says at each sign-in, and others stay", async () => {
    const claim = "groups=engineering";
    const group = await api(admin).groups.create({ name: `Engineering ${newId()}`, claim });
    const byHand = await api(admin).groups.create({ name: `Friends ${newId()}` });
    const claims = claimsOf({ groups: ["engineering", "all"] });
    const user_id = (await idOf(claims)) ?? "";
    await api(admin).groups.addMember({ id: byHand.id, user_id });
    const of = async (id: string) =>
      (await api(admin).groups.members({ id })).items.map((each) => each.user_id);
    expect(await of(group.id)).toEqual([user_id]);
    const [person] = (await api(admin).users.list({ q: String(claims.email) })).items;
    expect(person).toMatchObject({
      status: "active",
      has_provider: true,
      groups: [group.name, byHand.name].sort(),
    });
    const listed = (await api(admin).groups.list({})).items.find(({ id }) => id === group.id);
    expect(listed).toMatchObject({ members_count: 1, projects_count: 0 });
    await enter({ ...claims, groups: ["all"] });
    expect(await of(group.id)).toEqual([]);
    expect(await of(byHand.id)).toEqual([user_id]);
  });
});
