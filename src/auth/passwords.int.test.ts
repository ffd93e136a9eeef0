import { scryptSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditLog } from "../db/schema/audit";
import { users } from "../db/schema/users";
import { serveApi } from "../test/api-server";
import { testDatabase } from "../test/database";
import { inTurn } from "./password";
import { delayMs } from "./throttle";

const database = testDatabase({ fresh: true });
const api = serveApi(database, {}, { PHASEBOARD_TRUST_PROXY: "1" });
const url = () => api().url;
const EMAIL = "ada@example.com";
const PASSWORD = "a good password";

/** A hash in our format with a lower cost. */
function cheapHash(): string {
  const [salt, cost] = [Buffer.alloc(16, 1), { N: 1024, r: 8, p: 1 }];
  const key = scryptSync(PASSWORD, salt, 32, cost).toString("base64");
  return `scrypt$1024$8$1$${salt.toString("base64")}$${key}`;
}

beforeAll(async () => {
  await database.db.insert(users).values({ email: EMAIL, name: "Ada", password_hash: cheapHash() });
});
beforeEach(() => database.db.execute(sql`delete from rate_limits`));

it("leaves a row of each sign-in, done or refused, with the e-mail that was tried", async () => {
  await signIn();
  await signIn({ password: "wrong password", from: "10.0.0.9" });
  await signIn({ email: "a good password typed into the wrong field", from: "10.0.0.9" });
  const rows = await database.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.action, "sessions.signIn"))
    .orderBy(auditLog.created_at);
  const provider = "credentials";
  expect(rows).toMatchObject([
    { outcome: "done", actor_type: "user", actor_name: "Ada", address: "10.0.0.1", after: { provider } },
    { outcome: "refused", actor_type: "anonymous", address: "10.0.0.9", after: { provider, email: EMAIL } },
    { outcome: "refused", actor_type: "anonymous", after: { provider, email: null } },
  ]);
});

interface SignIn {
  email?: string;
  password?: string;
  from?: string;
}

/** Signs in as the sign-in page does, from this address; returns the cookie after a success. */
async function signIn({ email = EMAIL, password = PASSWORD, from = "10.0.0.1" }: SignIn = {}) {
  const csrf = await fetch(`${url()}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookies = csrf.headers.getSetCookie().map((each) => each.split(";", 1)[0]);
  const response = await fetch(`${url()}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie: cookies.join("; "), "x-forwarded-for": from },
    body: new URLSearchParams({ csrfToken, email, password, json: "true", callbackUrl: url() }),
  });
  const cookie = response.headers.getSetCookie().find((each) => each.includes("session-token"));
  return { response, status: response.status, cookie: cookie?.split(";", 1)[0] ?? "" };
}

const failures = async (count: number, more: SignIn = {}) => {
  for (let tries = 0; tries < count; tries++) await signIn({ password: "wrong password", ...more });
};

function changePassword(cookie: string, current_password: string, path = "users.changePassword") {
  return fetch(`${url()}/api/trpc/${path}`, {
    method: "POST",
    headers: {
      cookie,
      "sec-fetch-site": "same-origin",
      "content-type": "application/json",
      "x-forwarded-for": "10.0.0.1",
    },
    body: JSON.stringify({ current_password, new_password: PASSWORD, tokens: "keep" }),
  });
}

describe("tries that fail", () => {
  it("make the next one from there wait, and say how long; nobody else's", async () => {
    await failures(5);
    // Five more failures would have raised the wait to 32 s. Rows are changed so that the test need not wait.
    await database.db.execute(sql`update rate_limits set points = 10 where key like 'password:pair:%'`);
    const { response, status } = await signIn();
    expect(status).toBe(429);
    const seconds = Number(response.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30);
    const body = (await response.json()) as { url: string; error: { code: string; message: string } };
    expect(body.error).toMatchObject({
      code: "TOO_MANY_REQUESTS",
      message: expect.stringMatching(/Try again in \d+ s\.$/),
    });
    expect(new URL(body.url).searchParams.get("error")).toBe(body.error.message);
    expect((await signIn({ from: "10.0.0.2" })).status).toBe(200);
  });

  it("lock nobody out: after the wait the right password is taken, and all is forgotten", async () => {
    await failures(5);
    await database.db.execute(sql`update rate_limits set points = 500 where key like 'password:pair:%'`);
    expect((await signIn()).status).toBe(429);
    await database.db.execute(sql`update rate_limits set expire = expire - interval '30 seconds'`);
    expect((await signIn()).status).toBe(200);
    await failures(4);
    expect((await signIn()).status).toBe(200);
  });

  it("count by address too, over many people", async () => {
    await failures(1);
    await database.db.execute(sql`update rate_limits set points = 40 where key like 'password:address:%'`);
    expect((await signIn()).status).toBe(429);
    expect((await signIn({ from: "10.0.0.3" })).status).toBe(200);
  });

  it("of one's present password count as those at the door", async () => {
    const { cookie } = await signIn();
    for (let tries = 0; tries < 5; tries++) expect((await changePassword(cookie, "wrong")).status).toBe(400);
    await database.db.execute(sql`update rate_limits set points = 10 where key like 'password:pair:%'`);
    const refused = await changePassword(cookie, PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn()).status).toBe(429);
  });

  it("cannot be made in batches", async () => {
    const { cookie } = await signIn();
    const both = await changePassword(cookie, "wrong", "users.changePassword,users.changePassword?batch=1");
    expect(both.status).toBe(400);
    expect(await both.text()).toContain("in a request of its own");
  });

  it("wait longer and longer, to an end", () => {
    const rule = { free: 5, mostSeconds: 30 };
    expect([4, 5, 6, 7, 10, 500].map((count) => delayMs(count, rule))).toEqual([
      0, 1000, 2000, 4000, 30000, 30000,
    ]);
  });
});

describe("right passwords", () => {
  it("count as nothing, however many", async () => {
    await Promise.all(Array.from({ length: 8 }, () => signIn())).then((all) =>
      expect(all.map(({ status }) => status)).toEqual(Array(8).fill(200)),
    );
    expect((await signIn()).status).toBe(200);
  });
});

describe("hashing", () => {
  it("has one line, with an end", async () => {
    const all = await Promise.allSettled(Array.from({ length: 60 }, () => inTurn(() => sleep(1))));
    const refused = all.filter((each) => each.status === "rejected");
    expect(refused.length).toBe(20);
    expect(refused[0]?.reason).toMatchObject({ code: "TOO_MANY_REQUESTS", retry_after: expect.any(Number) });
  });
});

describe("the session's cookie", () => {
  it("is taken by its one name alone", async () => {
    const { cookie } = await signIn();
    expect(cookie).toMatch(/^next-auth\.session-token=/);
    const ask = (header: string) =>
      fetch(`${url()}/api/users/me`, { headers: { cookie: header } }).then(({ status }) => status);
    expect(await ask(cookie)).toBe(200);
    expect(await ask(`a=b; ${cookie}; c=d`)).toBe(200);
    for (const prefix of ["__Secure-", "__Host-", "x-", "X", "NEXT"])
      expect(await ask(`${prefix}${cookie}`)).toBe(401);
    expect(await ask(`${cookie}; ${cookie}x`)).toBe(401);
  });
});

describe("NextAuth's own routes", () => {
  it.each([
    ["POST", "_log", 404],
    ["GET", "signin", 404],
    ["GET", "callback/credentials", 404],
    ["POST", "callback/credentials/more", 404],
    ["GET", "providers", 200],
    ["GET", "session", 200],
  ])("%s %s is answered with %i", async (method, path, status) => {
    expect((await fetch(`${url()}/api/auth/${path}`, { method })).status).toBe(status);
  });

  it("take a stranger's small body alone", async () => {
    const sent = (body: string) => fetch(`${url()}/api/auth/callback/credentials`, { method: "POST", body });
    expect((await sent("{".repeat(20_000))).status).toBe(401);
    expect((await sent("{")).status).toBe(400);
  });
});
