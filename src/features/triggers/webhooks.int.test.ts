import { createHmac } from "node:crypto";
import { rm } from "node:fs/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../../auth/scope";
import { closeDatabase } from "../../db/client";
import { auditLog } from "../../db/schema/audit";
import { workflowDefinitions } from "../../db/schema/definitions";
import { workflowRuns } from "../../db/schema/runs";
import { workflowTriggerDeliveries, workflowTriggers } from "../../db/schema/triggers";
import { users } from "../../db/schema/users";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject } from "../../test/factories";
import { callerOf } from "../../test/people";
import { askRoute } from "../../test/routes";
import { web } from "../../trpc/web";
import { createDefinition } from "../definitions/commands/create-definition";
import { startScheduler } from "./scheduler";
import type { WebhookTrigger } from "./schema";
import { sealSigningSecret } from "./signing-secret";

const test = testDatabase();
/** The server secret that `callerOf` uses. */
const SECRET = "secret of the tests";

const SOURCE = `name: Deploy
phases: [work]
args_schema:
  type: object
  required: [ref]
  additionalProperties: false
  properties:
    ref: { type: string, maxLength: 100 }
    title: { type: string, default: none }
    count: { type: integer }
    tags: { type: array, items: { type: string } }
on:
  webhook:
    - args:
        ref: "\${{ body.ref }}"
        title: "\${{ query.title }}"
        count: "\${{ has(body.count) ? body.count : null }}"
        tags: ["\${{ headers['x-tag'] == null ? 'none' : headers['x-tag'] }}", "to \${{ body.ref }}"]
      if: \${{ headers['x-github-event'] != 'ping' }}
steps: [{ id: one, type: script, run: make }]
`;

let made: MadeProject;
let hook: WebhookTrigger;
let signing: string;
let definition_id: string;

beforeAll(() => {
  process.env.DATABASE_URL = test.url;
  process.env.NEXTAUTH_SECRET = SECRET;
});
afterAll(() => closeDatabase(web().db));

beforeEach(async () => {
  made = await makeProject(test.db);
  const caller: Caller = { db: test.db, actor: made.owner };
  const definition = await createDefinition(caller, {
    project_id: made.project.id,
    source: SOURCE,
    type: "yaml",
  });
  definition_id = definition.id;
  hook = await read();
  signing = (await triggers().rotateSecret({ id: hook.id })).secret;
  return () => rm(made.project.path, { recursive: true, force: true });
});

/** Adds these lines below `args:` of the webhook. */
async function redefine(lines: string): Promise<void> {
  const source = SOURCE.replace(/- args:[\s\S]*?(?=\n {6}if:)/, `- args:${lines}`);
  await callerOf(test.db, made.owner).definitions.update({ id: definition_id, source });
}

const triggers = () => callerOf(test.db, made.owner).triggers;

async function read(): Promise<WebhookTrigger> {
  const [found] = (await triggers().list({ definition_id })).items;
  if (found?.kind !== "webhook") throw new Error("expected a webhook");
  return found;
}

const hmac = (secret: string, ...parts: (string | Uint8Array)[]) =>
  parts.reduce((all, part) => all.update(part), createHmac("sha256", secret)).digest("hex");
const github = (body: string | Uint8Array, secret = signing) => ({
  "x-hub-signature-256": `sha256=${hmac(secret, body)}`,
});
const seconds = (offset = 0) => Math.floor(Date.now() / 1000) + offset;
const ours = (body: string, time = seconds(), secret = signing) => ({
  "x-phaseboard-signature": `t=${time},v1=${hmac(secret, `${time}.`, body)}`,
});

interface Answer {
  status: number;
  data?: { run_id: string | null; reason?: string };
  error?: { code: string; message: string; details?: { path: string; message: string }[] };
}

async function post(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
  path = hook.path,
): Promise<Answer> {
  const request = new Request(`http://localhost${path}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  const response = await askRoute(request);
  return { status: response.status, ...((await response.json()) as object) };
}

const runs = () =>
  test.db.select().from(workflowRuns).where(eq(workflowRuns.workflow_definition_id, definition_id));
const MAIN = JSON.stringify({ ref: "main" });
const FORM = "application/x-www-form-urlencoded";
const argsOfRun = async ({ data }: Answer) =>
  (await runs()).find(({ id }) => id === data?.run_id)?.args as Record<string, unknown> | undefined;

describe("a delivery", () => {
  it("keeps the digits of whole numbers past 2^53 in texts, and is refused where they would change", async () => {
    await redefine(`
          ref: "\${{ body.id }}"
          title: "no. \${{ body.deep[0].id }}"
          count: "\${{ has(body.count) ? body.count : null }}"`);
    const body = '{"id":1161888007138312193,"deep":[{"id":-98765432109876543210}]}';
    const answer = await post(body, github(body));
    expect(answer).toMatchObject({ status: 202 });
    expect(await argsOfRun(answer)).toEqual({
      ref: "1161888007138312193",
      title: "no. -98765432109876543210",
    });
    const counts = '{"id":"1","deep":[{"id":2}],"count":1161888007138312193}';
    expect(await post(counts, github(counts))).toMatchObject({
      status: 400,
      error: { details: [{ path: expect.stringContaining("count") }] },
    });
    const endless = '{"id":"1","count":1e400,"deep":[{"id":2}]}';
    expect(await post(endless, github(endless))).toMatchObject({ status: 400 });
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("may be packed by %s, signed as it is sent", async (encoding, pack) => {
    const body = Uint8Array.from(pack(MAIN));
    const answer = await post(body, { ...github(body), "content-encoding": encoding });
    expect(answer.status).toBe(202);
    expect(await argsOfRun(answer)).toMatchObject({ ref: "main" });
  });

  it("is unpacked no further than a body may be large, and not where it is broken", async () => {
    const bomb = Uint8Array.from(gzipSync(Buffer.alloc(200 * 1024 * 1024, " ")));
    const before = process.memoryUsage().rss;
    expect((await post(bomb, { ...github(bomb), "content-encoding": "gzip" })).status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    for (const encoding of ["gzip", "zstd", "gzip, gzip"]) {
      const answer = await post(MAIN, { ...github(MAIN), "content-encoding": encoding });
      expect(answer).toMatchObject({ status: 400, error: { details: [{ path: "Content-Encoding" }] } });
    }
    expect(await runs()).toEqual([]);
  });

  it.each([
    "text/json",
    "application/cloudevents+json; charset=utf-8",
    "application/problem+json",
    "Text/JSON",
  ])("of %s is JSON", async (type) => {
    const answer = await post(MAIN, { ...github(MAIN), "content-type": type });
    expect(await argsOfRun(answer)).toMatchObject({ ref: "main" });
  });

  it("gives keys that come more than once as lists, and GitHub's form as the JSON in it", async () => {
    await redefine(`
        ref: "\${{ body.ref }}"
        tags: "\${{ query.tag }}"
        title: "\${{ body.title }}"`);
    const form = "ref=main&title=a";
    const path = `${hook.path}?tag=a&tag=b`;
    const answer = await post(form, { ...github(form), "content-type": FORM }, path);
    expect(await argsOfRun(answer)).toMatchObject({ ref: "main", title: "a", tags: ["a", "b"] });
    const payload = new URLSearchParams({ payload: JSON.stringify({ ref: "x", title: "y" }) }).toString();
    const sent = await post(payload, { ...github(payload), "content-type": FORM }, path);
    expect(await argsOfRun(sent)).toMatchObject({ ref: "x", title: "y" });
    await redefine(`
        ref: one
        tags: "\${{ body.tag }}"`);
    const lists = "tag=a&tag=b";
    expect(await argsOfRun(await post(lists, { ...github(lists), "content-type": FORM }))).toMatchObject({
      tags: ["a", "b"],
    });
  });

  it("names its run by what was sent, else by definition, event and delivery", async () => {
    const body = JSON.stringify({ ref: "main" });
    const told = { "x-github-event": "push", "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
    await post(body, { ...github(body), ...told });
    expect((await runs()).map(({ name }) => name)).toEqual(["Deploy · push, delivery 72d3162e"]);
    await redefine(`
        ref: "\${{ body.ref }}"
      run_name: "Deploy \${{ body.ref }}"`);
    await post(body, github(body));
    expect((await runs()).map(({ name }) => name)).toContain("Deploy main");
    const own = SOURCE.replace("phases:", 'run_name: "Ship ${{ args.ref }}"\nphases:');
    await callerOf(test.db, made.owner).definitions.update({ id: definition_id, source: own });
    const call = callerOf(test.db, made.owner).runs;
    const given = { project_id: made.project.id, workflow_definition_id: definition_id };
    expect(await call.execute({ id: definition_id, args: { ref: "a\nb" } })).toMatchObject({
      name: "Ship a b",
    });
    expect(await call.create({ ...given, name: "Mine", args: { ref: "a" } })).toMatchObject({ name: "Mine" });
  });

  it("starts a run in the name of who saved the webhook, with args from body, headers and query", async () => {
    const body = JSON.stringify({ ref: "refs/heads/main", count: 3 });
    const answer = await post(body, { ...github(body), "x-tag": "a" }, `${hook.path}?title=Mend%20it`);
    expect(answer).toEqual({ status: 202, data: { run_id: expect.any(String) } });
    const [run, ...more] = await runs();
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      id: answer.data?.run_id,
      name: expect.stringMatching(/^Deploy · webhook, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/),
      user_id: made.owner.user_id,
      args: { ref: "refs/heads/main", title: "Mend it", count: 3, tags: ["a", "to refs/heads/main"] },
    });
    expect(await read()).toMatchObject({
      last_run: { id: run?.id, number: run?.number },
      last_error: null,
      has_secret: true,
    });
  });

  it("leaves out an arg that comes to null, so that its default counts", async () => {
    expect((await post(MAIN, github(MAIN))).status).toBe(202);
    expect((await runs())[0]?.args).toEqual({ ref: "main", title: "none", tags: ["none", "to main"] });
  });

  it("starts nothing where `if` is false, and says so", async () => {
    const body = '{"zen":"Keep it small"}';
    const answer = await post(body, { ...github(body), "x-github-event": "ping", "x-github-delivery": "1" });
    expect(answer).toEqual({ status: 200, data: { run_id: null, reason: expect.stringContaining("`if`") } });
    expect(await runs()).toEqual([]);
  });

  it("makes one run of all deliveries of one id, also at once", async () => {
    const headers = { ...github(MAIN), "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(MAIN, headers)));
    answers.push(await post(MAIN, headers));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(new Set(answers.map(({ data }) => data?.run_id)).size).toBe(1);
    expect(await runs()).toHaveLength(1);
    expect((await post(MAIN, { ...github(MAIN), "x-github-delivery": "another" })).status).toBe(202);
    expect(await runs()).toHaveLength(2);
  });

  it("is not used up by an attempt that was refused", async () => {
    const bad = '{"ref":7}';
    const headers = { "x-phaseboard-delivery": "d1" };
    expect((await post(bad, { ...ours(bad), ...headers })).status).toBe(400);
    expect((await post(MAIN, { ...ours(MAIN), ...headers })).status).toBe(202);
  });
});

describe("a signature", () => {
  it.each<[string, () => Record<string, string>]>([
    ["is missing", () => ({})],
    ["is of another secret", () => github(MAIN, "whsec_wrong")],
    ["is of another body", () => github(`${MAIN} `)],
    ["is too short", () => ({ "x-hub-signature-256": `sha256=${hmac(signing, MAIN).slice(0, 62)}` })],
    ["is empty", () => ({ "x-hub-signature-256": "sha256=" })],
    ["is of SHA-1", () => ({ "x-hub-signature": "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709" })],
    ["is of ours, by another secret", () => ours(MAIN, seconds(), "whsec_wrong")],
    ["is of ours, without its time", () => ({ "x-phaseboard-signature": `v1=${hmac(signing, MAIN)}` })],
    [
      "is of ours, with another time",
      () => {
        const { "x-phaseboard-signature": header } = ours(MAIN);
        return { "x-phaseboard-signature": header.replace(/t=\d+/, `t=${seconds(1)}`) };
      },
    ],
    ["is of ours, six minutes old", () => ours(MAIN, seconds(-360))],
    ["is of ours, six minutes ahead", () => ours(MAIN, seconds(360))],
    ["is wrong beside a right one of GitHub's", () => ({ ...github(MAIN), ...ours(MAIN, seconds(), "x") })],
  ])("that %s is refused with 401", async (_, headers) => {
    const { status, error } = await post(MAIN, headers());
    expect({ status, code: error?.code }).toEqual({ status: 401, code: "UNAUTHORIZED" });
    expect(await runs()).toEqual([]);
    expect((await read()).last_error).toBeNull();
  });

  it("over the bytes counts, whatever they are", async () => {
    const bytes = new Uint8Array([0x22, 0xff, 0xfe, 0x22]);
    const answer = await post(bytes, github(bytes));
    expect(answer).toMatchObject({ status: 400, error: { details: [{ path: "body" }] } });
  });

  it("of ours is taken four minutes late, and once", async () => {
    const headers = ours(MAIN, seconds(-240));
    expect((await post(MAIN, headers)).status).toBe(202);
    expect(await post(MAIN, headers)).toMatchObject({ status: 409, error: { code: "CONFLICT" } });
    expect((await post(MAIN, { ...headers, "x-phaseboard-delivery": "other" })).status).toBe(409);
    expect((await post(MAIN, ours(MAIN, seconds(-239)))).status).toBe(202);
    expect(await runs()).toHaveLength(2);
  });

  it("of ours that is replayed under its own delivery's id gives the first run", async () => {
    const headers = { ...ours(MAIN), "x-phaseboard-delivery": "d7" };
    const first = await post(MAIN, headers);
    expect(await post(MAIN, headers)).toEqual(first);
    expect(await post(MAIN, { ...headers, ...ours(MAIN, seconds(-5)) })).toEqual(first);
    expect(await runs()).toHaveLength(1);
  });

  it("by the secret before ends with a new one, which is kept encrypted and shown once", async () => {
    const { secret } = await triggers().rotateSecret({ id: hook.id });
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    expect((await post(MAIN, github(MAIN))).status).toBe(401);
    expect((await post(MAIN, github(MAIN, secret))).status).toBe(202);
    const [row] = await test.db.select().from(workflowTriggers).where(eq(workflowTriggers.id, hook.id));
    expect(row?.secret?.includes(secret.slice(6))).toBe(false);
    expect(JSON.stringify(await triggers().list({ definition_id }))).not.toContain(secret.slice(6));
  });
});

it("whose secret the server cannot read any more is told at the webhook, and mended by a new one", async () => {
  const sealed = sealSigningSecret("another secret of the server", hook.id, signing);
  await test.db.update(workflowTriggers).set({ secret: sealed }).where(eq(workflowTriggers.id, hook.id));
  expect((await post(MAIN, github(MAIN))).status).toBe(404);
  expect((await read()).last_error).toContain("NEXTAUTH_SECRET");
  const { secret } = await triggers().rotateSecret({ id: hook.id });
  expect((await read()).last_error).toBeNull();
  expect((await post(MAIN, github(MAIN, secret))).status).toBe(202);
});

describe("what is not there", () => {
  it("answers 404: an unknown webhook, one that is off, one without a secret, a schedule", async () => {
    const answer = { status: 404, error: { code: "NOT_FOUND" } };
    expect(await post(MAIN, github(MAIN), `/api/hooks/${newId()}`)).toMatchObject(answer);
    expect(await post(MAIN, github(MAIN), "/api/hooks/%00")).toMatchObject({ error: {} });
    await triggers().setEnabled({ id: hook.id, enabled: false });
    expect(await post(MAIN, github(MAIN))).toMatchObject(answer);
    await triggers().setEnabled({ id: hook.id, enabled: true });
    expect((await post(MAIN, github(MAIN))).status).toBe(202);
    await test.db.update(workflowTriggers).set({ secret: null }).where(eq(workflowTriggers.id, hook.id));
    expect(await post(MAIN, github(MAIN))).toMatchObject(answer);
  });

  it("switches itself off where its person is gone", async () => {
    await test.db.update(users).set({ disabled_at: sql`now()` }).where(eq(users.id, made.owner.user_id));
    expect((await post(MAIN, github(MAIN))).status).toBe(404);
    const [row] = await test.db.select().from(workflowTriggers).where(eq(workflowTriggers.id, hook.id));
    expect(row).toMatchObject({ enabled: false, last_error: expect.stringContaining("account is disabled") });
    const told = await test.db
      .select()
      .from(auditLog)
      .where(and(eq(auditLog.project_id, made.project.id), eq(auditLog.outcome, "refused")));
    expect(told).toMatchObject([
      { action: "triggers.fire", after: { trigger_id: hook.id, reason: row?.last_error } },
    ]);
  });
});

describe("a delivery that cannot become a run", () => {
  it.each<[string, string, Record<string, string>, string, string]>([
    ["an arg of the wrong type", '{"ref":7}', {}, "args.ref", "must be string, found 7"],
    ["an arg that is too long", JSON.stringify({ ref: "x".repeat(101) }), {}, "args.ref", "100 characters"],
    ["nothing where the arg reads", "{}", {}, "args.ref", "no such key: ref"],
    ["no body", "", {}, "args.ref", "cannot be computed"],
    ["null where an arg is required", '{"ref":null}', {}, "args.ref", "is required"],
    ["a NUL in an arg", '{"ref":"a\\u0000b"}', {}, "args.ref", "NUL"],
    ["half a character in an arg", '{"ref":"\\ud800"}', {}, "args.ref", "broken Unicode"],
    ["broken JSON", "{", {}, "body", "is not valid JSON"],
    ["a list", "[1]", {}, "args.ref", "cannot be computed"],
    ["very deep JSON", "[".repeat(400_000) + "]".repeat(400_000), {}, "body", "nested too deeply"],
    ["very wide JSON", `[${"0,".repeat(200_000)}0]`, {}, "body", "too large"],
    ["a text", "ref=main", { "content-type": "text/plain" }, "args.ref", "cannot be computed"],
  ])("%s: 400 that names it, noted at the webhook", async (_, body, headers, path, message) => {
    const answer = await post(body, { ...github(body), ...headers });
    expect(answer.status).toBe(400);
    expect(answer.error?.details?.[0]?.path).toBe(path);
    expect(answer.error?.details?.[0]?.message).toContain(message);
    expect(await runs()).toEqual([]);
    expect((await read()).last_error).toContain(path);
  });

  it("reads names that are special to JavaScript as data", async () => {
    const body = '{"ref":"main","__proto__":{"count":9},"constructor":1}';
    expect((await post(body, github(body))).status).toBe(202);
    expect((await runs())[0]?.args).toEqual({ ref: "main", title: "none", tags: ["none", "to main"] });
    expect(({} as Record<string, unknown>).count).toBeUndefined();
  });

  it("reads a form as texts", async () => {
    const body = "ref=main&count=x";
    const headers = { ...github(body), "content-type": "application/x-www-form-urlencoded" };
    expect(await post(body, headers)).toMatchObject({
      status: 400,
      error: { details: [{ path: "args.count" }] },
    });
  });

  it("that is over 1 MB is refused with 413", async () => {
    const body = JSON.stringify({ ref: "main", more: "x".repeat(1024 * 1024) });
    expect((await post(body, github(body))).status).toBe(413);
  });

  it("of a definition that is invalid says so", async () => {
    await test.db
      .update(workflowDefinitions)
      .set({ status: "invalid", load_error: [] })
      .where(eq(workflowDefinitions.id, definition_id));
    expect(await post(MAIN, github(MAIN))).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining("is invalid") },
    });
  });

  it("under an id that is none is refused", async () => {
    const answer = await post(MAIN, { ...github(MAIN), "x-phaseboard-delivery": "a b" });
    expect(answer).toMatchObject({ status: 400, error: { details: [{ path: "x-phaseboard-delivery" }] } });
  });
});

it("takes 60 deliveries a minute, of which wrong signatures use up none", async () => {
  await test.db.execute(sql`
    insert into rate_limits (key, points, expire) values
      (${`webhook:${hook.id}:`}, 60, now() + interval '1 minute'),
      (${`webhook:${hook.id}`}, 59, now() + interval '1 minute')`);
  expect((await post(MAIN, github(MAIN, "wrong"))).status).toBe(429);
  expect((await post(MAIN, github(MAIN))).status).toBe(202);
  expect(await post(MAIN, github(MAIN))).toMatchObject({
    status: 429,
    error: { message: expect.stringMatching(/60 deliveries a minute.*in \d+ s/) },
  });
  expect(await runs()).toHaveLength(1);
});

it("is forgotten after three days by the scheduler", async () => {
  await post(MAIN, { ...github(MAIN), "x-github-delivery": "new" });
  await post(MAIN, { ...github(MAIN), "x-github-delivery": "old" });
  const mine = eq(workflowTriggerDeliveries.workflow_trigger_id, hook.id);
  await test.db
    .update(workflowTriggerDeliveries)
    .set({ created_at: sql`now() - interval '73 hours'` })
    .where(and(mine, eq(workflowTriggerDeliveries.key, "id:old")));
  const scheduler = startScheduler({ db: test.db });
  const keys = async () =>
    (await test.db.select().from(workflowTriggerDeliveries).where(mine)).map(({ key }) => key);
  await expect.poll(async () => (await keys()).length).toBeLessThan(2);
  await scheduler.stop();
  expect(await keys()).toEqual(["id:new"]);
});

it("goes with its definition, with what was delivered", async () => {
  await post(MAIN, { ...github(MAIN), "x-github-delivery": "d1" });
  await test.db.delete(workflowRuns).where(eq(workflowRuns.workflow_definition_id, definition_id));
  expect(await read()).toMatchObject({ last_run: null });
  expect(await post(MAIN, { ...github(MAIN), "x-github-delivery": "d1" })).toMatchObject({ status: 202 });
  expect(await runs()).toEqual([]);
  await test.db.delete(workflowDefinitions).where(eq(workflowDefinitions.id, definition_id));
  const left = await test.db
    .select()
    .from(workflowTriggerDeliveries)
    .where(eq(workflowTriggerDeliveries.workflow_trigger_id, hook.id));
  expect(left).toEqual([]);
});
