import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { makeAccountLink } from "../../auth/account-links";
import type { PersonActor } from "../../auth/actor";
import { createToken, findTokenActor } from "../../auth/tokens";
import { findUserByCredentials } from "../../auth/users";
import { auditLog } from "../../db/schema/audit";
import { accountLinks } from "../../db/schema/people";
import { users } from "../../db/schema/users";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { everyPage } from "../../test/every-page";
import { callerOf, makeAdmin, makePerson } from "../../test/people";

const database = testDatabase({ fresh: true });
const api = (actor: PersonActor | null) => callerOf(database.db, actor);
let ada: PersonActor;

const tokenOf = (url: string) => new URL(url).searchParams.get("token") ?? "";
const enter = (email: string, password: string) =>
  findUserByCredentials(database.db, { email, password, address: "127.0.0.1" });

beforeAll(async () => {
  ada = await makeAdmin(database.db, "Ada");
});

describe("an invitation", () => {
  it("makes an account that comes in by its link, once", async () => {
    const { user, url } = await api(ada).users.invite({ email: "Bob@example.com", name: "Bob" });
    expect(user).toMatchObject({
      status: "invited",
      has_password: false,
      last_sign_in_at: null,
      link_expires_at: expect.any(String),
    });
    const token = tokenOf(url);
    expect(JSON.stringify(await database.db.select().from(accountLinks))).not.toContain(token);
    expect(await api(null).users.readLink({ token })).toEqual({
      kind: "invitation",
      name: "Bob",
      email: "Bob@example.com",
    });
    await expect(enter("bob@example.com", "")).resolves.toBeNull();
    const use = { token, name: "Bob Noyce", password: "a good password" };
    const tries = await Promise.allSettled([api(null).users.useLink(use), api(null).users.useLink(use)]);
    expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const used = await database.db.select().from(auditLog).where(eq(auditLog.action, "users.useLink"));
    expect(used).toMatchObject([{ target_id: user.id, address: "127.0.0.1", after: { kind: "invitation" } }]);
    await expect(enter("bob@example.com", "a good password")).resolves.toMatchObject({ name: "Bob Noyce" });
    const [bob] = (await api(ada).users.list({ q: "noyce" })).items;
    expect(bob).toMatchObject({ status: "active", last_sign_in_at: expect.any(String) });
    await expect(api(null).users.readLink({ token })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(api(ada).users.invite({ email: "bob@example.com", name: "B" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  it("is for no address of ours", async () => {
    const email = "machine-p3vq0zghk1x8a7b2c4d5e6fm@phaseboard.invalid";
    await expect(api(ada).users.invite({ email, name: "M" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it("is replaced by a new one, and ends", async () => {
    const first = await api(ada).users.invite({ email: "cy@example.com", name: "Cy" });
    const second = await api(ada).users.invite({ email: "cy@example.com", name: "Cy Young" });
    expect(second.user).toMatchObject({ id: first.user.id, name: "Cy Young" });
    await expect(api(null).users.readLink({ token: tokenOf(first.url) })).rejects.toThrow("used, has ended");
    await database.db
      .update(accountLinks)
      .set({ expires_at: new Date(Date.now() - 1).toISOString() })
      .where(eq(accountLinks.user_id, second.user.id));
    await expect(api(null).users.readLink({ token: tokenOf(second.url) })).rejects.toThrow("has ended");
  });
});

describe("who is disabled", () => {
  it("loses sessions, tokens and links for good, and comes in again once enabled", async () => {
    const dee = await makePerson(database.db, "Dee");
    const { token } = await createToken(database.db, { user_id: dee.user_id, name: "t" });
    const { url } = await api(ada).users.resetLink({ id: dee.user_id });
    await api(null).users.useLink({ token: tokenOf(url), password: "a good password" });
    const late = await api(ada).users.resetLink({ id: dee.user_id });
    expect(await api(ada).users.update({ id: dee.user_id, disabled: true })).toMatchObject({
      status: "disabled",
      link_expires_at: null,
    });
    await expect(enter(dee.email, "a good password")).resolves.toBeNull();
    await expect(findTokenActor(database.db, token)).resolves.toBeNull();
    await expect(api(null).users.readLink({ token: tokenOf(late.url) })).rejects.toThrow();
    await expect(api(ada).users.resetLink({ id: dee.user_id })).rejects.toMatchObject({ code: "CONFLICT" });
    await api(ada).users.update({ id: dee.user_id, disabled: false });
    await expect(enter(dee.email, "a good password")).resolves.not.toBeNull();
    await expect(findTokenActor(database.db, token)).resolves.toBeNull();
  });

  it("is never the last administrator, nor who asks", async () => {
    const eve = await makeAdmin(database.db, "Eve");
    await expect(api(ada).users.update({ id: ada.user_id, disabled: true })).rejects.toThrow("your own");
    await api(ada).users.update({ id: eve.user_id, is_admin: false });
    await expect(api(ada).users.update({ id: ada.user_id, is_admin: false })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("at least one administrator"),
    });
    await api(ada).users.update({ id: ada.user_id, name: "Ada" });
    // Who was only invited may never come in.
    const { user } = await api(ada).users.invite({ email: "ivy@example.com", name: "Ivy", is_admin: true });
    const { url } = await api(ada).users.resetLink({ id: ada.user_id });
    await api(null).users.useLink({ token: tokenOf(url), password: "a good password" });
    await expect(api(ada).users.update({ id: ada.user_id, is_admin: false })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await expect(api(ada).users.update({ id: user.id, is_admin: false })).resolves.toMatchObject({
      is_admin: false,
    });
    // What the actor's row says decides, not what it said when they came in.
    expect((await api(ada).users.list({ q: "ada" })).items[0]?.is_admin).toBe(true);
  });
});

describe("a change of nothing", () => {
  it("gives the person as they are", async () => {
    const may = await makePerson(database.db, "May");
    await expect(api(ada).users.update({ id: may.user_id })).resolves.toMatchObject({ name: "May" });
  });
});

describe("a change of e-mail", () => {
  it("ends links that were sent to the old address, and takes nobody else's", async () => {
    const flo = await makePerson(database.db, "Flo");
    const { url } = await api(ada).users.resetLink({ id: flo.user_id });
    await expect(api(ada).users.update({ id: flo.user_id, email: ada.email.toUpperCase() })).rejects.toThrow(
      "another account",
    );
    const email = `flo-${newId()}@example.org`;
    expect(await api(ada).users.update({ id: flo.user_id, email })).toMatchObject({ email });
    await expect(api(null).users.readLink({ token: tokenOf(url) })).rejects.toThrow();
  });
});

describe("who is made nameless", () => {
  it("keeps their rows, but neither name nor address nor a way in", async () => {
    const gus = await makePerson(database.db, "Gus");
    const gone = await api(ada).users.makeNameless({ id: gus.user_id });
    expect(gone).toMatchObject({ id: gus.user_id, status: "nameless", has_password: false });
    expect(gone.name).toMatch(/^Former member \w{4}$/);
    expect(gone.email).toMatch(/@nameless\.invalid$/);
    await expect(api(ada).users.update({ id: gus.user_id, disabled: false })).rejects.toThrow("nameless");
    const [row] = await database.db.select().from(users).where(eq(users.id, gus.user_id));
    expect(row).toMatchObject({ disabled_at: expect.any(String), password_hash: null });
  });
});

describe("the list of people", () => {
  it("is paged, searched and by status", async () => {
    await Promise.all(Array.from({ length: 7 }, (_, at) => makePerson(database.db, `Page100%_${at}`)));
    const read = (cursor?: string) => api(ada).users.list({ q: "100%_", limit: 3, cursor });
    const found = await everyPage(({ cursor }) => read(cursor));
    expect(found.map(({ name }) => name)).toEqual(Array.from({ length: 7 }, (_, at) => `Page100%_${at}`));
    const nameless = await api(ada).users.list({ status: "nameless" });
    expect(nameless.items.every(({ status }) => status === "nameless")).toBe(true);
    expect(nameless.items.length).toBeGreaterThan(0);
  });

  it("is refused to everybody else", async () => {
    const bob = await makePerson(database.db, "Bobby");
    await expect(api(bob).users.list({})).rejects.toMatchObject({ code: "FORBIDDEN" });
    await database.db.transaction((tx) => makeAccountLink(tx, bob.user_id, "reset"));
    await expect(api(bob).users.resetLink({ id: ada.user_id })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
