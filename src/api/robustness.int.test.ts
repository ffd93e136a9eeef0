import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ids, makeFixture, makeRoles } from "../test/access/fixture";
import { makeAccount, type Person } from "../test/access/people";
import { serveApi } from "../test/api-server";
import { testDatabase } from "../test/database";

const database = testDatabase({ fresh: true });
let owner: Person;
let ids: Ids;
const api = serveApi(database, {}, { PHASEBOARD_LOG_LEVEL: "error" });
const port = () => Number(new URL(api().url).port);

beforeAll(async () => {
  const members = await makeRoles(database.db);
  owner = members.owner;
  ids = (await makeFixture(database.db, members, await makeAccount(database.db, "Spare"))).ids("owner");
});

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: { error?: { code?: string; message: string; details?: { path: string }[]; data?: { code: string } } };
}

async function ask(
  method: string,
  path: string,
  body?: string | object,
  type = "application/json",
): Promise<Answer> {
  const response = await fetch(`${api().url}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${owner.token}`,
      ...(body === undefined ? {} : { "content-type": type }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") && text !== "";
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

describe("methods", () => {
  it.each([
    ["PATCH", "/workflow-executions", "GET, HEAD, OPTIONS, POST"],
    ["POST", "/health", "GET, HEAD, OPTIONS"],
    ["POST", "/openapi.json", "GET, HEAD, OPTIONS"],
    ["DELETE", "/docs", "GET, HEAD, OPTIONS"],
    ["POST", "/projects/aaaaaaaaaa/events", "GET, HEAD, OPTIONS"],
    ["PUT", "/workflow-steps/aaaaaaaaaa/logs/events", "GET, HEAD, OPTIONS"],
    ["POST", "/artifacts/aaaaaaaaaa", "DELETE, GET, HEAD, OPTIONS"],
    ["PUT", "/workflow-executions/aaaaaaaaaa/artifacts", "GET, HEAD, OPTIONS, POST"],
    ["GET", "/comments/aaaaaaaaaa", "DELETE, OPTIONS, PATCH"],
    ["HEAD", "/comments/aaaaaaaaaa", "DELETE, OPTIONS, PATCH"],
  ])("%s %s is answered with 405 and what is taken", async (method, path, allow) => {
    const { status, headers, body } = await ask(method, path);
    expect([status, headers.get("allow")]).toEqual([405, allow]);
    if (method !== "HEAD") expect(body.error?.code).toBe("METHOD_NOT_ALLOWED");
  });

  it("OPTIONS says what is taken, and nothing of other origins", async () => {
    const { status, headers } = await ask("OPTIONS", "/artifacts/aaaaaaaaaa");
    expect([status, headers.get("allow")]).toEqual([204, "DELETE, GET, HEAD, OPTIONS"]);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect((await ask("OPTIONS", "/nothing")).status).toBe(404);
  });

  it.each(["/health", "/projects", "/docs", "/openapi.json"])(
    "HEAD %s is GET without a body",
    async (path) => {
      const [head, get] = [await ask("HEAD", path), await ask("GET", path)];
      expect([head.status, head.text]).toEqual([get.status, ""]);
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
    },
  );

  it("HEAD of a stream ends at once", async () => {
    const events = await ask("HEAD", `/projects/${ids.project_id}/events`);
    const log = await ask("HEAD", `/workflow-steps/${ids.step_id}/logs/events?follow=1`);
    expect([events.status, log.status]).toEqual([200, 200]);
  });
});

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const createRun = (given: string) =>
  `{"project_id":"${ids.project_id}","workflow_definition_id":"${ids.definition_id}","name":"R",${given}}`;

describe("input that no row can keep is refused with its place", () => {
  it.each([
    ["U+0000 in a value", '"args":{"a":"\\u0000"}', "args.a"],
    ["U+0000 in a key", '"args":{"\\u0000":1}', "args"],
    ["half a surrogate pair", '"args":{"a":["x\\ud800y"]}', "args.a.0"],
    ["the other half", '"args":{"\\udc00":1}', "args"],
    ["a key __proto__", '"args":{"__proto__":{"admin":true}}', "args"],
    ["65 levels", `"args":{"a":${nested(70)}}`, "args"],
    ["100,000 levels", `"args":{"a":${nested(100_000)}}`, "args"],
    ["a number past all", '"args":{},"priority":1e400', "priority"],
  ])("%s", async (_, given, path) => {
    const byRest = await ask("POST", "/workflow-executions", createRun(given));
    expect([byRest.status, byRest.body.error?.code]).toEqual([400, "BAD_REQUEST"]);
    expect(byRest.body.error?.details?.[0]?.path).toBe(path);
    const byTrpc = await ask("POST", "/trpc/runs.create", createRun(given));
    expect([byTrpc.status, byTrpc.body.error?.data?.code]).toEqual([400, "BAD_REQUEST"]);
  });

  it.each([
    ["a name of Object's", '"args":{"a":"constructor","b":"__proto__"}'],
    ["15 levels", `"args":{"a":${nested(15)}}`],
    ["a pair of surrogates", '"args":{"a":"\\ud83d\\ude00"}'],
  ])("but %s is taken", async (_, given) => {
    expect((await ask("POST", "/workflow-executions", createRun(given))).status).toBe(201);
  });
});

it("a call that takes nothing may have no body", async () => {
  // A token ends no sessions: it is read, and refused for that.
  for (const body of ["", "{}"])
    expect((await ask("POST", "/trpc/sessions.endOthers", body)).status).toBe(403);
});

describe("addresses", () => {
  it.each([
    ["a parameter twice", () => `/workflow-executions?project_id=${ids.project_id}&limit=1&limit=2`, "limit"],
    ["U+0000 in a parameter", () => `/workflow-executions?project_id=${ids.project_id}&q=a%00b`, "q"],
    ["a limit past all", () => `/workflow-executions?project_id=${ids.project_id}&limit=1e999`, "limit"],
    [
      "an attempt past all",
      () => `/workflow-steps/${ids.step_id}/logs/events?attempt=99999999999`,
      "attempt",
    ],
    [
      "a parameter of a log twice",
      () => `/workflow-steps/${ids.step_id}/logs/events?offset=1&offset=2`,
      "offset",
    ],
    ["U+0000 in an id", () => "/workflow-executions/%00", "id"],
    [
      "a query of 10,000 characters",
      () => `/workflow-executions?project_id=${ids.project_id}&q=${"a".repeat(10_000)}`,
      "q",
    ],
  ])("%s is refused with its name", async (_, path, field) => {
    const { status, body } = await ask("GET", path());
    expect(status).toBe(400);
    expect(body.error?.details?.map((detail) => detail.path)).toContain(field);
  });

  it.each([
    "/artifacts/%00",
    "/artifacts/%E0%A4%A",
    "/workflow-executions/%ff%fe",
    "/projects/%/events",
    "/workflow-steps/%ff/logs/events",
    "/agent-sessions/%00/transcript",
    "/trpc/%E0%A4%A",
    "/trpc/runs.list?input=%7B",
    "/trpc/runs.list?input=%E0%A4%A",
    "/trpc/runs.list?batch=1&input=[]",
    `/trpc/${Array(11).fill("users.me").join(",")}?batch=1`,
    "/workflow-executions?__proto__=1&constructor=2",
  ])("%s is answered with 400", async (path) => {
    expect((await ask("GET", path)).status).toBe(400);
  });
});

describe("bodies", () => {
  it.each([
    ["broken JSON", "{", "application/json", 400],
    ["JSON that is no object", "[1]", "application/json", 400],
    ["another type", "name=a", "application/x-www-form-urlencoded", 400],
    ["a form", "--x--", "multipart/form-data; boundary=x", 400],
    ["a type that only begins like JSON", "{}", "application/jsonp", 400],
    ["more than 1 MB", JSON.stringify({ name: "x".repeat(1024 * 1024) }), "application/json", 413],
  ])("REST refuses %s", async (_, body, type, status) => {
    const answer = await ask("POST", "/projects", body, type);
    expect([answer.status, answer.body.error?.message]).toEqual([status, expect.stringMatching(/\.$/)]);
  });

  it.each([
    ["broken JSON", "{", "application/json", 400],
    ["another type", "name=a", "text/plain", 415],
    ["more than 1 MB", JSON.stringify({ name: "x".repeat(1024 * 1024) }), "application/json", 413],
  ])("tRPC refuses %s", async (_, body, type, status) => {
    const answer = await ask("POST", "/trpc/projects.create", body, type);
    expect([answer.status, answer.body.error?.message]).toEqual([status, expect.any(String)]);
    expect(answer.text).not.toMatch(/node_modules|at \w+ \(/);
  });

  it.each(["/api/projects", "/api/trpc/projects.create"])("of any length end at 1 MB: %s", async (path) => {
    const outgoing = httpRequest({
      port: port(),
      method: "POST",
      path,
      headers: { authorization: `Bearer ${owner.token}`, "content-type": "application/json" },
    });
    // What is sent past the answer may meet a closed connection.
    outgoing.on("error", () => {});
    const answered = once(outgoing, "response");
    let sent = 0;
    const piece = Buffer.alloc(64 * 1024, " ");
    for (let open = true; open && sent < 64 * 1024 * 1024; ) {
      if (!outgoing.write(piece)) await Promise.race([once(outgoing, "drain").catch(() => {}), answered]);
      sent += piece.length;
      open = !outgoing.destroyed && !(await Promise.race([answered.then(() => true), immediate()]));
    }
    const [incoming] = await answered;
    expect(incoming.statusCode).toBe(413);
    expect(sent).toBeLessThan(48 * 1024 * 1024);
    incoming.resume();
    outgoing.destroy();
  });
});

const immediate = () => new Promise<false>((resolve) => setImmediate(resolve, false));

describe("what Node's parser lets through and a web request cannot be", () => {
  it.each([
    "TRACE /api/projects HTTP/1.1\r\nHost: localhost",
    "GET /api/projects HTTP/1.1\r\nHost: a b",
    "GET /api/projects HTTP/1.1\r\nHost: [",
  ])("%j is answered, and the server lives on", async (head) => {
    const socket = connect(port(), "127.0.0.1");
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
    let text = "";
    for await (const piece of socket) text += String(piece);
    expect(text).toMatch(/^HTTP\/1\.1 40[015] /);
    expect((await fetch(`${api().url}/api/openapi.json`)).status).toBe(200);
  });
});

describe("a fault of the server", () => {
  /** Takes a table away while `work` runs. */
  async function without<T>(table: string, work: () => Promise<T>): Promise<T> {
    const [there, away] = [sql.raw(table), sql.raw(`${table}_away`)];
    await database.db.execute(sql`alter table ${there} rename to ${away}`);
    try {
      return await work();
    } finally {
      await database.db.execute(sql`alter table ${away} rename to ${there}`);
    }
  }

  it.each([
    [
      "in a procedure by REST",
      "workflow_comments",
      () => `/workflow-executions/${ids.pending_run_id}/comments`,
    ],
    [
      "in a procedure by tRPC",
      "workflow_comments",
      () => `/trpc/comments.list?input={"run_id":"${ids.pending_run_id}"}`,
    ],
    ["before it is known who asks, by REST", "api_tokens", () => "/projects"],
    ["before it is known who asks, by tRPC", "api_tokens", () => "/trpc/projects.list"],
    ["in a route by hand", "projects", () => `/projects/${ids.project_id}/events`],
  ])("%s answers 500 with an id that the log has, and nothing of its inside", async (_, table, path) => {
    const { status, body, text } = await without(table, () => ask("GET", path()));
    const id = /look for (\w+) in the server's log/.exec(body.error?.message ?? "")?.[1];
    expect(status).toBe(500);
    expect(id).toBeTruthy();
    await expect.poll(() => api().log()).toContain(`"error_id":"${id}"`);
    expect(text).not.toContain(table);
  });
});
