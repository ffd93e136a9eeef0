import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase } from "../db/client";
import { newId } from "../lib/ids";
import { type Ids, type Members, makeFixture, makeRoles } from "../test/access/fixture";
import { makeAccount, type Person, SECRET } from "../test/access/people";
import { arbitraryOf, oddJson, oddText, type Schema } from "../test/arbitrary-of-schema";
import { testDatabase } from "../test/database";
import { askRoute } from "../test/routes";
import { web } from "../trpc/web";
import { openApiDocument } from "./openapi/openapi";

const database = testDatabase({ fresh: true });

/** The same in CI each time; elsewhere another each time, which fast-check prints with what it found. */
const SEED = process.env.CI ? 20260304 : Date.now() % 2 ** 31;
/** Requests an operation; more of them find more, and take longer than a test should. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 12);
const ORIGIN = "http://127.0.0.1:3000";

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

const document = openApiDocument() as unknown as {
  paths: Record<string, Record<string, Operation>>;
  components: object;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    operation,
  })),
);

const ajv = new Ajv2020({ strict: false });
ajvFormats.default(ajv);
ajv.addSchema({ $id: "document", components: document.components });
const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string, status: string, schema: object): ValidateFunction {
  const key = `${name} ${status}`;
  const known = validators.get(key);
  if (known) return known;
  const absolute = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
  const made = ajv.compile(JSON.parse(absolute) as object);
  validators.set(key, made);
  return made;
}

let members: Members;
let spare: Person;
let ids: Ids;

async function renew(): Promise<void> {
  ids = (await makeFixture(database.db, members, spare)).ids("owner");
}

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = SECRET;
  process.env.PHASEBOARD_DATA_DIR = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  members = await makeRoles(database.db);
  spare = await makeAccount(database.db, "Spare");
});

afterAll(() => closeDatabase(web().db));

/** A value that is an id once the request is made, since rows are made anew when a request deletes them. */
class IdOf {
  /** Null: of nothing. */
  constructor(readonly key: keyof Ids | null) {}
}

const anyOfIds = (...choices: (keyof Ids)[]) =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...choices).map((key) => new IdOf(key)), weight: 8 },
    { arbitrary: fc.constant(new IdOf(null)), weight: 1 },
  );

const RUNS_OF_ALL = ["pending_run_id", "running_run_id", "paused_run_id", "ended_run_id"] as const;

/** What the ids of an operation stand for, by the collection that its path begins with. */
const COLLECTIONS: Record<string, readonly (keyof Ids)[]> = {
  projects: ["project_id"],
  workflows: ["definition_id", "unused_definition_id"],
  "workflow-executions": RUNS_OF_ALL,
  "workflow-steps": ["step_id"],
  comments: ["comment_id"],
  artifacts: ["artifact_id", "attached_artifact_id"],
  "agent-sessions": ["agent_session_id"],
  "permission-requests": ["permission_request_id"],
  "agent-messages": ["message_id"],
  tokens: ["token_id"],
  users: ["member_user_id"],
  groups: ["group_id"],
  labels: ["label_id"],
  views: ["view_id"],
  sessions: ["session_id"],
};
const NAMED: Record<string, readonly (keyof Ids)[]> = {
  project_id: ["project_id"],
  workflow_definition_id: ["definition_id"],
  definition_id: ["definition_id"],
  run_id: RUNS_OF_ALL,
  step_id: ["step_id"],
  comment_id: ["comment_id"],
  artifact_ids: ["artifact_id"],
  user_id: ["member_user_id"],
  assignee_id: ["member_user_id"],
  group_id: ["group_id", "given_group_id"],
};

const knownIn = (path: string) => (name: string) => {
  const keys = name === "id" ? COLLECTIONS[path.split("/")[1] ?? ""] : NAMED[name];
  if (name === "artifact_ids" && keys) return fc.array(anyOfIds(...keys), { maxLength: 2 });
  if (name === "email")
    return fc.constantFrom(spare.email, members.viewer.email, "nobody@example.com", "no address");
  return keys && anyOfIds(...keys);
};

/** With U+FFFD for half pairs, which no URL and no form can carry. */
const wellFormed = (text: string) => Buffer.from(text).toString();

/** Parts of a path as they stand in it: ids, and what is none. The door lets no broken percent-encoding in. */
const oddPart = fc.oneof(
  oddText.map((text) => encodeURIComponent(wellFormed(text))).filter((part) => !/^(\.|%2e)*$/i.test(part)),
  fc.constantFrom("%00", "a".repeat(5_000), "%2F%2F", "events"),
);

interface Given {
  parts: Record<string, unknown>;
  query: Record<string, unknown>;
  headers: Record<string, unknown>;
  body: unknown;
}

function givenFor({ path, operation: { parameters = [], requestBody } }: (typeof operations)[number]) {
  const known = knownIn(path);
  const of = (place: string) => parameters.filter((parameter) => parameter.in === place);
  const record = (place: string, odd?: fc.Arbitrary<unknown>) =>
    fc.record(
      Object.fromEntries(
        of(place).map(({ name, schema }) => {
          const usual = arbitraryOf(schema, known, name);
          return [
            name,
            odd ? fc.oneof({ arbitrary: usual, weight: 9 }, { arbitrary: odd, weight: 1 }) : usual,
          ];
        }),
      ),
      { requiredKeys: of(place).flatMap(({ name, required }) => (required ? [name] : [])) },
    );
  const [content] = Object.values(requestBody?.content ?? {});
  return fc.record<Given>({
    parts: record(
      "path",
      oddPart.map((raw) => new RawPart(raw)),
    ),
    query: record("query"),
    headers: record("header"),
    body: content ? arbitraryOf(content.schema, known) : fc.constant(undefined),
  });
}

/** A part of a path that is encoded already, rightly or not. */
class RawPart {
  constructor(readonly text: string) {}
}

/** With ids in the places of what stands for them. */
function settle(value: unknown): unknown {
  if (value instanceof IdOf) return value.key ? ids[value.key] : newId();
  if (Array.isArray(value)) return value.map(settle);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, settle(inner)]));
}

function textOf(value: unknown): string {
  return wellFormed(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}

function requestOf({ method, path, operation }: (typeof operations)[number], given: Given): Request {
  const { parts, query, headers, body } = settle(given) as Given;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const part = parts[name];
    return part instanceof RawPart ? part.text : encodeURIComponent(textOf(part)) || "none";
  });
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, textOf(value)]));
  const sent = new Headers({ authorization: `Bearer ${members.owner.token}` });
  for (const [name, value] of Object.entries(headers)) {
    // What no HTTP message can carry does not get as far as us.
    const text = textOf(value)
      .replace(/[^\x20-\x7e]/g, "?")
      .trim();
    sent.set(name, text);
  }
  const init: RequestInit = { method, headers: sent };
  if (operation.requestBody?.content["multipart/form-data"]) init.body = formOf(body);
  else if (body !== undefined) {
    sent.set("content-type", "application/json");
    init.body = JSON.stringify(body);
  }
  return new Request(`${ORIGIN}/api${filled}?${search}`, init);
}

function formOf(value: unknown): FormData {
  const form = new FormData();
  for (const [name, inner] of Object.entries(typeof value === "object" && value !== null ? value : {})) {
    if (name === "file") form.append(name, new Blob([textOf(inner)]), textOf(inner).slice(0, 200));
    else form.append(name, textOf(inner));
  }
  return form;
}

/** Holds an answer against the document. */
async function check(operation: (typeof operations)[number], request: Request): Promise<void> {
  const stop = new AbortController();
  const response = await askRoute(new Request(request, { signal: stop.signal }));
  const { status } = response;
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/json")) {
    expect(Object.keys(operation.operation.responses)).toContain(String(status));
    expect(status).toBeLessThan(500);
    expect(status === 200 || status === 206 || status === 304 || status === 416, `${status} ${type}`).toBe(
      true,
    );
    stop.abort();
    await response.body?.cancel();
    return;
  }
  const body: unknown = request.method === "HEAD" ? undefined : await response.json();
  const shown = `${request.method} ${request.url.slice(0, 300)}: ${status} ${JSON.stringify(body)?.slice(0, 500)}`;
  expect(status, shown).not.toBe(500);
  const documented = operation.operation.responses[status];
  expect(documented, `not documented: ${shown}`).toBeDefined();
  const schema = documented?.content?.["application/json"]?.schema;
  if (body === undefined || !schema) return;
  const validate = validatorOf(operation.name, String(status), schema);
  expect(validate(body), `${shown} ${ajv.errorsText(validate.errors)}`).toBe(true);
  if (request.method === "DELETE" && status === 200) await renew();
}

describe("every operation of the document, with what fits its schemas and what does not", () => {
  for (const operation of operations) {
    it(operation.name, async () => {
      await renew();
      await fc.assert(
        fc.asyncProperty(givenFor(operation), async (given) => check(operation, requestOf(operation, given))),
        { seed: SEED, numRuns: RUNS, endOnFailure: true },
      );
    });
  }
});

describe("every operation that takes a body, with bodies that are none", () => {
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    oddJson.map((value) => Buffer.from(JSON.stringify(value).slice(0, -1))),
    oddJson.map((value) => Buffer.from(JSON.stringify(value))),
    fc.constantFrom(
      Buffer.alloc(0),
      Buffer.from('{"__proto__":{"a":1}}'),
      Buffer.alloc(1024 * 1024 + 1, "["),
      Buffer.from(`{"name":${"[".repeat(400_000)}${"]".repeat(400_000)}}`),
    ),
  );
  const types = fc.constantFrom(
    "application/json",
    "application/json; charset=utf-16",
    "application/vnd.api+json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "",
  );

  for (const operation of operations.filter(({ operation: { requestBody } }) => requestBody)) {
    it(operation.name, async () => {
      await renew();
      await fc.assert(
        fc.asyncProperty(bodies, types, async (body, type) => {
          const path = operation.path.replaceAll(/\{(\w+)\}/g, () => ids.pending_run_id);
          const headers = { authorization: `Bearer ${members.owner.token}`, "content-type": type };
          const init = { method: operation.method, headers, body: new Uint8Array(body) };
          await check(operation, new Request(`${ORIGIN}/api${path}`, init));
        }),
        { seed: SEED, numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
      );
    });
  }
});
