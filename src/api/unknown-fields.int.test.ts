import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyProcedure } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeDatabase } from "../db/client";
import { type Ids, makeFixture, makeRoles } from "../test/access/fixture";
import { bySession, byToken, makeAccount, SECRET, type Way } from "../test/access/people";
import { type Target, targets } from "../test/access/requests";
import { testDatabase } from "../test/database";
import { askRoute } from "../test/routes";
import { web } from "../trpc/web";
import { openApiDocument } from "./openapi/openapi";
import { appRouter } from "./router";

const database = testDatabase({ fresh: true });
let ids: Ids;
let way: Way;
let session: Way;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = SECRET;
  process.env.PHASEBOARD_DATA_DIR = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  const members = await makeRoles(database.db);
  ids = (await makeFixture(database.db, members, await makeAccount(database.db, "Spare"))).ids("owner");
  way = byToken(members.owner);
  session = bySession(members.owner);
});

afterAll(() => closeDatabase(web().db));

/** What takes whatever comes: monitors and caches add to these, and a webhook's sender decides what it sends. */
const OPEN = [
  "GET /api/health",
  "GET /api/openapi.json",
  "GET /api/docs",
  "GET /api/docs/{file}",
  "POST /api/hooks/{trigger_id}",
];

const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyProcedure>);
const inputOf = ({ row }: Target) => row.input?.(ids) ?? {};

describe("a field that a call does not have", () => {
  for (const target of targets().filter(({ name }) => !OPEN.includes(name))) {
    it(`is refused and named by ${target.name}`, async () => {
      for (const value of ["1", ""]) {
        const { status, error } = await target.send(
          { ...inputOf(target), no_such_field: value },
          target.row.by === "session" ? session : way,
        );
        // HEAD has no body to say it in.
        expect(status).toBe(400);
        if (target.name.startsWith("HEAD ")) continue;
        expect(error?.message).toMatch(
          /^no_such_field is no field here; (known here are \w|nothing is taken)/,
        );
        expect(error?.details?.[0]).toMatchObject({ path: "no_such_field" });
      }
    });
  }

  it("is refused inside of what a call takes, whatever it is", () => {
    const open = procedures.filter(([, { _def }]) => {
      const inputs = (_def as unknown as { inputs: z.ZodType[] }).inputs;
      return inputs.length !== 1 || inputs.some(takesAnything);
    });
    expect(
      open.map(([name]) => name),
      "make each object of their inputs with inputOf, also where they take nothing (NoInput)",
    ).toEqual([]);
  });
});

/** True where some object of the schema takes fields that it does not name; a record is free by design. */
function takesAnything(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodObject) {
    const isStrict = schema._zod.def.catchall instanceof z.ZodNever && schema._zod.def.error !== undefined;
    return !isStrict || Object.values(schema.shape).some((inner) => takesAnything(inner as z.ZodType));
  }
  if (schema instanceof z.ZodArray) return takesAnything(schema.element as z.ZodType);
  if (schema instanceof z.ZodUnion)
    return schema.options.some((option) => takesAnything(option as z.ZodType));
  if (schema instanceof z.ZodPipe)
    return [schema.in, schema.out].some((part) => takesAnything(part as z.ZodType));
  const { innerType } = schema._zod.def as { innerType?: z.ZodType };
  return innerType !== undefined && takesAnything(innerType);
}

async function ask(method: string, path: string, body?: unknown) {
  const response = await askRoute(
    new Request(`http://127.0.0.1:3000/api${path}`, {
      method,
      headers: { ...way, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const { error } = (await response.json()) as { error?: { message: string; details?: object[] } };
  return { status: response.status, message: error?.message, details: error?.details };
}

describe("what is told of it", () => {
  const start = (fields: object) =>
    ask("POST", "/workflow-executions", {
      project_id: ids.project_id,
      workflow_definition_id: ids.definition_id,
      name: "R",
      ...fields,
    });

  it.each([
    [{ arguments: { a: 1 } }, "arguments", "args"],
    [{ arg: {} }, "arg", "args"],
    [{ Priority: 1 }, "Priority", "priority"],
    [{ workflow_id: "x" }, "workflow_id", "workflow_definition_id"],
    [{ definitionId: "x" }, "definitionId", "workflow_definition_id"],
  ])("is the nearest name that there is: %o", async (fields, path, nearest) => {
    expect(await start(fields)).toMatchObject({
      status: 400,
      message: `${path} is no field here; did you mean "${nearest}"?`,
      details: [{ path, message: `is no field here; did you mean "${nearest}"?` }],
    });
  });

  it("is said of every other fault too: the message names the field", async () => {
    expect(await start({ name: " " })).toMatchObject({ status: 400, message: "name must not be empty." });
    expect((await ask("GET", `/workflow-executions?project_id=${ids.project_id}&limit=201`)).message).toMatch(
      /^limit: Too big/,
    );
    expect((await ask("POST", "/workflow-executions", {})).message).toBe("project_id is required.");
    const limit = `/workflow-executions?project_id=${ids.project_id}&limit=many`;
    expect((await ask("GET", limit)).message).toBe("limit must be a number.");
  });

  it("comes ahead of what is missing for it, one fault a field", async () => {
    const answer = await ask("POST", "/workflow-executions", {
      project: ids.project_id,
      nmae: "R",
      args: {},
    });
    expect(answer.message).toBe('project is no field here; did you mean "project_id"?');
    expect(answer.details).toEqual([
      { path: "project", message: 'is no field here; did you mean "project_id"?' },
      { path: "nmae", message: 'is no field here; did you mean "name"?' },
      { path: "project_id", message: "is required" },
      { path: "workflow_definition_id", message: "is required" },
    ]);
  });

  it("leaves a retry that was mistyped undone", async () => {
    const answer = await ask("POST", `/workflow-executions/${ids.ended_run_id}/retry`, { from_step: "a" });
    expect(answer.message).toBe('from_step is no field here; did you mean "from_step_id"?');
    const { body } = await askRoute(
      new Request(`http://127.0.0.1:3000/api/workflow-executions/${ids.ended_run_id}`, { headers: way }),
    );
    expect(await new Response(body).json()).not.toMatchObject({ data: { status: "pending" } });
  });

  it("leaves args to the definition's own schema", async () => {
    expect((await start({ args: { whatever: { it: ["is"] } } })).status).toBe(201);
  });

  it("is said too where a field stands in the wrong place", async () => {
    const retry = `/workflow-executions/${ids.ended_run_id}/retry`;
    expect(await ask("POST", `${retry}?from_step_id=a`, {})).toMatchObject({
      status: 400,
      message: "from_step_id is no parameter of this query. Send fields in the body, as JSON.",
    });
    expect(await ask("POST", retry, { id: ids.running_run_id })).toMatchObject({
      status: 400,
      message: "id says something else than the address. Leave it out of the body.",
    });
    expect(await ask("DELETE", `/workflows/${ids.unused_definition_id}`, { cascade: true })).toMatchObject({
      status: 400,
      message: "A DELETE takes no body. Send its fields as parameters of the query.",
    });
  });
});

describe("the document", () => {
  it("says of every body that it takes nothing else", () => {
    const { paths } = openApiDocument() as unknown as {
      paths: Record<
        string,
        Record<string, { requestBody?: { content: Record<string, { schema: object }> } }>
      >;
    };
    const open = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) =>
        Object.values(requestBody?.content ?? {})
          .filter(
            ({ schema }) => !("additionalProperties" in schema && schema.additionalProperties === false),
          )
          .map(() => `${method} ${path}`),
      ),
    );
    expect([...new Set(open)]).toEqual(["post /hooks/{trigger_id}"]);
  });
});
