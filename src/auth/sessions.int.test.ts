import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { sessions } from "../db/schema/sessions";
import { apiTokens } from "../db/schema/tokens";
import { users } from "../db/schema/users";
import { serveApi } from "../test/api-server";
import { testDatabase } from "../test/database";
import { makeProject } from "../test/factories";
import { addRole, makePerson } from "../test/people";
import { hashPassword } from "./password";
import { createToken } from "./tokens";

const database = testDatabase({ fresh: true });
const api = serveApi(database, {}, { PHASEBOARD_TRUST_PROXY: "1" });
const PASSWORD = "a good password";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
let email: string;
let user_id: string;

beforeAll(async () => {
  const person = await makePerson(database.db, "Ada");
  ({ email, user_id } = person);
  await database.db.delete(sessions);
  await database.db
    .update(users)
    .set({ password_hash: await hashPassword(PASSWORD) })
    .where(eq(users.id, user_id));
});

const cookieOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((each) => each.split(";", 1)[0] ?? "")
    .find((each) => each.includes("session-token")) ?? "";

async function auth(path: string, form: Record<string, string>, cookie = "", address = "192.0.2.1") {
  const csrf = await fetch(`${api().url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookies = csrf.headers.getSetCookie().map((each) => each.split(";", 1)[0]);
  return fetch(`${api().url}/api/auth/${path}`, {
    method: "POST",
    headers: { cookie: [...cookies, cookie].join("; "), "user-agent": FIREFOX, "x-forwarded-for": address },
    body: new URLSearchParams({ csrfToken, json: "true", callbackUrl: api().url, ...form }),
  });
}

const signIn = async (cookie = "", password = PASSWORD) =>
  cookieOf(await auth("callback/credentials", { email, password }, cookie));

async function ask(method: string, path: string, cookie: string, more: Record<string, string> = {}) {
  const headers = { cookie, "sec-fetch-site": "same-origin", ...more };
  const answer = await fetch(`${api().url}/api${path}`, { method, headers });
  return { status: answer.status, body: (await answer.json()) as { data: never } };
}
const status = async (cookie: string) => (await ask("GET", "/users/me", cookie)).status;
const list = async (cookie: string) =>
  (await ask("GET", "/sessions", cookie)).body.data as {
    id: string;
    current: boolean;
    device: string;
    address: string;
  }[];

describe("a session", () => {
  it("is a row whose hash alone is kept, listed by device and address with this one marked", async () => {
    const one = await signIn();
    const other = await signIn();
    const rows = await database.db.select().from(sessions);
    expect(JSON.stringify(rows)).not.toContain(one.split("=")[1]);
    expect((await list(one)).map(({ current }) => current)).toEqual([false, true]);
    expect((await list(other)).map(({ current }) => current)).toEqual([true, false]);
    expect((await list(one))[0]).toMatchObject({ device: "Firefox on Linux", address: "192.0.2.1" });
  });

  it("is what NextAuth tells of, and goes on as it is", async () => {
    const cookie = await signIn();
    const told = await fetch(`${api().url}/api/auth/session`, { headers: { cookie } });
    expect(await told.json()).toMatchObject({ user: { name: "Ada", email } });
    expect(cookieOf(told)).toBe(cookie);
  });

  it("ends with the sign-out, at the server", async () => {
    const cookie = await signIn();
    expect(await status(cookie)).toBe(200);
    await auth("signout", {}, cookie);
    expect(await status(cookie)).toBe(401);
  });

  it("ends where the same browser signs in again", async () => {
    const before = await signIn();
    const after = await signIn(before);
    expect([await status(before), await status(after)]).toEqual([401, 200]);
  });

  it("is ended one by one, by its own person alone", async () => {
    const [one, other] = [await signIn(), await signIn()];
    const id = (await list(other)).find(({ current }) => current)?.id;
    const stranger = await makePerson(database.db, "Eve");
    const theirs = await ask("DELETE", `/sessions/${stranger.session_id}`, one);
    expect(theirs.status).toBe(404);
    expect(await ask("DELETE", `/sessions/${id}`, one)).toMatchObject({
      status: 200,
      body: { data: { ended: 1 } },
    });
    expect([await status(one), await status(other)]).toEqual([200, 401]);
  });

  it("stays where all others are ended", async () => {
    const [one, other] = [await signIn(), await signIn()];
    expect((await ask("DELETE", "/sessions", one)).status).toBe(200);
    expect([await status(one), await status(other)]).toEqual([200, 401]);
    expect(await list(one)).toHaveLength(1);
  });

  it("is neither listed nor ended by a token", async () => {
    const { token } = await createToken(database.db, { user_id, name: "t" });
    const way = { authorization: `Bearer ${token}` };
    for (const [method, path] of [
      ["GET", "/sessions"],
      ["DELETE", "/sessions"],
    ] as const) {
      const refused = await ask(method, path, "", way);
      expect([refused.status, JSON.stringify(refused.body)]).toEqual([
        403,
        expect.stringContaining("end sessions"),
      ]);
    }
  });

  it.each([
    ["unused for 14 days", sql`last_seen_at = now() - interval '14 days 1 minute'`, 401],
    ["unused for 13 days", sql`last_seen_at = now() - interval '13 days'`, 200],
    ["as old as it may be", sql`expires_at = now()`, 401],
  ])("%s", async (_, change, expected) => {
    const cookie = await signIn();
    await database.db.execute(sql`update sessions set ${change} where user_id = ${user_id}`);
    expect(await status(cookie)).toBe(expected);
  });

  it("notes at most once a minute when it was used", async () => {
    const cookie = await signIn();
    const seen = async () =>
      (await database.db.execute<{ at: string }>(sql`select max(last_seen_at)::text as at from sessions`))
        .rows[0]?.at;
    const first = await seen();
    await status(cookie);
    expect(await seen()).toBe(first);
    await database.db.execute(sql`update sessions set last_seen_at = now() - interval '2 minutes'`);
    const before = await seen();
    await status(cookie);
    expect(await seen()).not.toBe(before);
  });
});

describe("a new password", () => {
  const change = (cookie: string, tokens?: string) =>
    fetch(`${api().url}/api/trpc/users.changePassword`, {
      method: "POST",
      headers: { cookie, "sec-fetch-site": "same-origin", "content-type": "application/json" },
      body: JSON.stringify({ current_password: PASSWORD, new_password: PASSWORD, tokens }),
    });

  it("ends the other sessions, and asks what becomes of the tokens", async () => {
    const [one, other] = [await signIn(), await signIn()];
    const left = async () =>
      (await database.db.select().from(apiTokens).where(eq(apiTokens.user_id, user_id))).filter(
        ({ revoked_at }) => revoked_at === null,
      ).length;
    await createToken(database.db, { user_id, name: "kept" });
    expect((await change(one)).status).toBe(400);
    expect(await status(other)).toBe(200);
    const kept = await left();
    expect((await change(one, "keep")).status).toBe(200);
    expect([await status(one), await status(other), await left()]).toEqual([200, 401, kept]);
    expect((await change(one, "revoke")).status).toBe(200);
    expect(await left()).toBe(0);
  });
});

it("that ends takes its open streams along within 3 s", async () => {
  const { project } = await makeProject(database.db, { steps: [] });
  const cookie = await signIn();
  const [mine] = (await list(cookie)).filter(({ current }) => current);
  const person = { type: "user", user_id, name: "Ada", email, is_admin: false, session_id: null } as const;
  await addRole(database.db, project.id, person, "viewer");
  const stream = await fetch(`${api().url}/api/projects/${project.id}/events`, { headers: { cookie } });
  const reader = stream.body?.getReader();
  await reader?.read();
  await ask("DELETE", `/sessions/${mine?.id}`, await signIn());
  const ended = Date.now();
  while (!(await reader?.read())?.done);
  expect(Date.now() - ended).toBeLessThan(3_000);
});
