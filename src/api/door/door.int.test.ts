import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { serveApi, tokenOf } from "../../test/api-server";
import { testDatabase } from "../../test/database";
import { makePerson } from "../../test/people";
import { makeWebServer } from "./web-server";

const database = testDatabase({ fresh: true });
const corsOrigins = ["https://app.example.com"];
const served = serveApi(
  database,
  { paceMs: 400 },
  { PHASEBOARD_CORS_ORIGINS: corsOrigins.join(), PHASEBOARD_LOG_LEVEL: "warn" },
);
const url = () => served().url;
const api = () => `${url()}/api`;
let token: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  token = await tokenOf(database, (await makePerson(database.db, "Ada")).user_id);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

function open(text = "", port = Number(new URL(url()).port)): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  if (text) socket.write(text);
  sockets.push(socket);
  return socket;
}

/** All that the connection answers until it is closed. */
async function allOf(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes;
  });
  await once(socket, "close");
  return text;
}

const post = (path: string, length: number, more = "") =>
  `POST /api${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;
const known = () => `Authorization: Bearer ${token}\r\n`;

describe("who asks is known before the body is read", () => {
  it.each(["/projects", "/trpc/projects.create", "/trpc/users.setUp", "/workflow-executions/none/artifacts"])(
    "a stranger's 17 KB for %s are answered ahead of them",
    async (path) => {
      const text = await allOf(open(post(path, 17 * 1024, "Connection: close\r\n")));
      expect(text).toMatch(/^HTTP\/1\.1 401 /);
      expect(text).toContain("UNAUTHORIZED");
    },
  );

  it("17 KB without a length end there too", async () => {
    const socket = open(
      "POST /api/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    socket.write(`${(17 * 1024).toString(16)}\r\n${" ".repeat(17 * 1024)}\r\n`);
    const [bytes] = await once(socket, "data");
    expect(String(bytes)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("a stranger's small body is answered as ever", async () => {
    const response = await fetch(`${api()}/projects`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(response.status).toBe(401);
  });
});

describe("a body", () => {
  it("that comes too slowly is given up, by whomever", async () => {
    const slow = open(post("/projects", 1000, known()));
    const drip = setInterval(() => slow.write(" "), 50);
    const text = await allOf(slow).finally(() => clearInterval(drip));
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain("REQUEST_TIMEOUT");
  });

  it("that comes slowly enough takes as long as it takes", async () => {
    const name = "x".repeat(50);
    const body = JSON.stringify({ name, wrong: " ".repeat(1_000_000) });
    const outgoing = httpRequest(`${api()}/projects`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    });
    const answered = once(outgoing, "response");
    for (let at = 0; at < body.length; at += 100_000) {
      outgoing.write(body.slice(at, at + 100_000));
      await sleep(80);
    }
    outgoing.end();
    expect((await answered)[0].statusCode).not.toBe(408);
  });

  it.each(["/projects", "/trpc/projects.create", "/workflow-executions/none/artifacts"])(
    "for %s that breaks off is nothing that our log tells",
    async (path) => {
      const before = served().log();
      const isForm = path.endsWith("artifacts");
      const socket = open(
        `POST /api${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${isForm ? "multipart/form-data; boundary=x" : "application/json"}\r\n${known()}Content-Length: 9000\r\n\r\n${isForm ? "--x\r\n" : "{"}`,
      );
      await sleep(150);
      socket.resetAndDestroy();
      await sleep(150);
      expect(served().log()).toBe(before);
    },
  );
});

describe("connections", () => {
  const limits = { perAddress: 40, inAll: 60, requestsPerAddress: 12 };
  const own = { url: "http://127.0.0.1:3000", trustProxy: null, corsOrigins };
  /** Requests that hang until told. */
  const held: (() => void)[] = [];
  const server = makeWebServer({ ...own, ...limits }, (incoming, outgoing) => {
    if (incoming.url === "/api/held") held.push(() => outgoing.end("done"));
    else outgoing.end("at once");
  });
  const port = () => (server.address() as AddressInfo).port;
  const ask = () => fetch(`http://127.0.0.1:${port()}/api/asked`);

  beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
  afterEach(() => {
    for (const answer of held.splice(0)) answer();
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("that ask nothing make room for those that do, however many there are", async () => {
    for (let more = 0; more < 150; more++) open(more % 2 ? "GET /api/asked HTTP/1.1\r\nX: " : "", port());
    const isOpen = () => sockets.filter((socket) => !socket.closed).length;
    await expect.poll(isOpen).toBeLessThanOrEqual(limits.perAddress);
    expect((await ask()).status).toBe(200);
  });

  it("that are all at work turn the next one away, saying so", async () => {
    const busy = "GET /api/held HTTP/1.1\r\nHost: x\r\n\r\n";
    for (let more = 0; more < limits.perAddress; more++)
      open(more < limits.requestsPerAddress ? busy : "", port());
    await expect.poll(() => held.length).toBe(limits.requestsPerAddress);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ error: { code: "TOO_MANY_REQUESTS" } });
    for (const answer of held.splice(0)) answer();
    await expect.poll(async () => (await ask()).status).toBe(200);
  });
});

describe("requests that are none", () => {
  it.each([
    ["OPTIONS * HTTP/1.1", 204],
    ["GET * HTTP/1.1", 400],
    ["GET /p/%zz HTTP/1.1", 404],
    ["GET /%E0%A4%A HTTP/1.1", 404],
    ["GET http://elsewhere.example/api/openapi.json HTTP/1.1", 200],
    ["POST /signin HTTP/1.1", 405],
    ["PUT /p/a HTTP/1.1", 405],
  ])("%s is answered with %i", async (line, status) => {
    const text = await allOf(open(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`));
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe("every answer", () => {
  it.each([
    ["GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["GET ?x HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["GARBAGE\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nConnection: close\r\n\r\n", 417],
  ])("to what is no request says it too (%#)", async (request, status) => {
    const text = await allOf(open(request));
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text.toLowerCase()).toContain("x-content-type-options: nosniff");
    expect(text.toLowerCase()).toContain("content-security-policy: ");
  });

  it.each([
    "/api/openapi.json",
    "/api/health",
    "/api/projects",
    "/api/trpc/none",
    "/api/docs",
    "/nothing",
    "/api/x",
  ])("%s says what browsers must not do with it", async (path) => {
    const { headers } = await fetch(`${url()}${path}`);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toMatch(/^(same-origin|no-referrer)$/);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("strict-transport-security")).toBeNull();
  });
});

describe("pages of other origins", () => {
  const from = (origin: string, more: Record<string, string> = {}) => ({ headers: { origin, ...more } });

  it("may be told of in the settings, and then read what a token may", async () => {
    const { status, headers } = await fetch(
      `${api()}/users/me`,
      from("https://app.example.com", { authorization: `Bearer ${token}` }),
    );
    expect(status).toBe(200);
    expect(headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(headers.get("access-control-expose-headers")).toContain("retry-after");
    expect(headers.get("vary")).toMatch(/^Origin\b/);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  });

  it.each(["/projects", "/trpc/projects.create", "/workflow-executions/x/artifacts"])(
    "ask first, and are told what they may: %s",
    async (path) => {
      const asked = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      };
      const preflight = { method: "OPTIONS", ...from("https://app.example.com", asked) };
      const { status, headers } = await fetch(`${api()}${path}`, preflight);
      expect(status).toBe(204);
      expect(headers.get("access-control-allow-methods")).toContain("POST");
      expect(headers.get("access-control-allow-headers")).toMatch(/authorization.*idempotency-key/);
    },
  );

  it("of no other origin are told anything", async () => {
    for (const path of ["/users/me", "/auth/csrf"]) {
      const { headers } = await fetch(`${api()}${path}`, from("https://evil.example"));
      expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });
});
