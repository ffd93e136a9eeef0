import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { routesByHand } from "../../test/routes";
import { restProcedures } from "../rest/procedures";
import { EXAMPLES } from "./examples";
import { openApiDocument } from "./openapi";

interface Content {
  schema?: object;
  example?: unknown;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: object[];
  parameters?: { name: string; in: string; description?: string; schema: object; example?: unknown }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { description: string; content?: Record<string, Content> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
  tags: { name: string }[];
}

const document = openApiDocument() as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajvFormats.default(ajv);
ajv.addSchema({ $id: "document", components: document.components });

/** What is wrong with a value by one of the document's schemas. */
function faultsOf(schema: object, value: unknown): string[] {
  const absolute = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
  ajv.validate(JSON.parse(absolute), value);
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What is not for programs that use the interface. */
const UNDOCUMENTED = ["GET /openapi.json", "GET /docs", "GET /docs/{file}"];

/** The table of addresses that we promise. */
const PROMISED = [
  "POST /projects",
  "GET /projects",
  "GET /projects/{id}",
  "PATCH /projects/{id}",
  "DELETE /projects/{id}",
  "GET /projects/{project_id}/members",
  "POST /projects/{project_id}/members",
  "PATCH /projects/{project_id}/members/{user_id}",
  "DELETE /projects/{project_id}/members/{user_id}",
  "GET /users",
  "POST /users/invitations",
  "PATCH /users/{id}",
  "POST /users/{id}/reset",
  "GET /sessions",
  "DELETE /sessions",
  "DELETE /sessions/{id}",
  "GET /installation",
  "PATCH /installation",
  "GET /projects/{id}/sizes",
  "GET /projects/{id}/retention",
  "GET /projects/{id}/retention/preview",
  "GET /projects/{project_id}/tokens",
  "POST /projects/{project_id}/tokens",
  "DELETE /projects/{project_id}/tokens/{id}",
  "POST /tokens",
  "GET /tokens",
  "DELETE /tokens/{id}",
  "POST /workflows",
  "GET /workflows",
  "GET /workflows/{id}",
  "PUT /workflows/{id}",
  "DELETE /workflows/{id}",
  "POST /projects/{project_id}/workflows/sync",
  "POST /workflow-executions",
  "POST /workflows/{id}/execute",
  "GET /workflow-executions",
  "GET /workflow-executions/{id}",
  "POST /workflow-executions/{id}/pause",
  "POST /workflow-executions/{id}/resume",
  "POST /workflow-executions/{id}/cancel",
  "POST /workflow-executions/cancel",
  "POST /workflow-executions/{id}/again",
  "POST /workflow-executions/{id}/retry",
  "POST /workflow-executions/{id}/pin",
  "POST /workflow-executions/{id}/unpin",
  "DELETE /workflow-executions/{id}",
  "GET /workflow-steps/{id}",
  "GET /workflow-steps/{id}/logs/{type}",
  "POST /workflow-executions/{run_id}/artifacts",
  "GET /artifacts/{id}",
  "GET /workflow-executions/{run_id}/artifacts",
  "PATCH /artifacts/{id}/attach",
  "DELETE /artifacts/{id}/detach",
  "DELETE /artifacts/{id}",
  "POST /workflow-executions/{run_id}/comments",
  "GET /workflow-executions/{run_id}/comments",
  "POST /comments/{id}/resolve",
  "PATCH /comments/{id}",
  "DELETE /comments/{id}",
  "GET /projects/{id}/events",
  "GET /agent-sessions/{id}",
  "GET /agent-sessions/{id}/transcript",
  "POST /permission-requests/{id}/answer",
  "POST /agent-sessions/{id}/messages",
  "GET /agent-sessions/{id}/messages",
  "PATCH /agent-messages/{id}",
  "DELETE /agent-messages/{id}",
  "GET /health",
];

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(openApiDocument()))).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("has every address that we promise", () => {
    expect(operations.map(({ route }) => route)).toEqual(expect.arrayContaining(PROMISED));
  });

  it("has every procedure of REST and every route by hand, and nothing else", () => {
    const served = [
      ...restProcedures().map(({ openapi }) => `${openapi.method} ${openapi.path}`),
      ...routesByHand().map((route) => route.replace(" /api", " ")),
    ].filter((route) => !UNDOCUMENTED.includes(route));
    // Procedures may call a part of an address by another name than the folder of its routes.
    const unnamed = (all: string[]) => all.map((route) => route.replaceAll(/\{\w+\}/g, "{}")).sort();
    expect(unnamed(operations.map(({ route }) => route))).toEqual(unnamed(served));
  });

  it("names the shapes that come back", () => {
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(["Run", "Step", "Comment", "Artifact", "Definition", "Project", "Error"]),
    );
  });

  it("gives each operation a name of its own, a summary, and a tag that is described", () => {
    const tags = document.tags.map(({ name }) => name);
    for (const { route, operation } of operations) {
      expect(operation.summary, route).toBeTruthy();
      expect(tags, route).toEqual(expect.arrayContaining(operation.tags));
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in !== "query")
          expect(parameter.description, `${route} ${parameter.name}`).toBeTruthy();
      }
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("says of each create that it answers 201 and takes an Idempotency-Key", () => {
    const created = restProcedures().filter(({ meta }) => meta.created);
    expect(created.length).toBeGreaterThan(5);
    for (const { openapi } of created) {
      const operation = document.paths[openapi.path]?.[openapi.method.toLowerCase()];
      expect(Object.keys(operation?.responses ?? {})).toContain("201");
      expect(operation?.parameters?.map(({ name }) => name)).toContain("Idempotency-Key");
    }
  });

  it.each(operations)("$route: its examples fit its schemas", ({ operation }) => {
    const contents = [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
      Object.entries(part?.content ?? {}),
    );
    for (const [, { schema = {}, example }] of contents) {
      if (example !== undefined) expect(faultsOf(schema, example)).toEqual([]);
    }
    for (const { schema, example } of operation.parameters ?? []) {
      if (example !== undefined) expect(faultsOf(schema, example)).toEqual([]);
    }
  });

  it.each(operations)(
    "$route: each refusal has the shape of errors, and an example of it",
    ({ operation }) => {
      const refusals = Object.entries(operation.responses).filter(([status]) => /^(4|50[07])/.test(status));
      expect(refusals.length).toBeGreaterThan(0);
      for (const [status, { content }] of refusals) {
        if (status === "416") continue;
        const json = content?.["application/json"];
        expect(json?.schema).toEqual({ $ref: "#/components/schemas/Error" });
        expect(json?.example).toMatchObject({ error: { message: expect.stringMatching(/.\.$/) } });
      }
    },
  );

  it.each(restProcedures())(
    "$name: its example is one that the procedure itself takes and gives",
    ({ name, procedure }) => {
      const example = EXAMPLES[name];
      expect(example, "add one to src/api/openapi-examples.ts").toBeDefined();
      const { inputs, output } = procedure._def as unknown as { inputs: z.ZodType[]; output: z.ZodType };
      inputs[0]?.parse(example?.input ?? {});
      expect(output.parse(example?.output)).toEqual(example?.output);
    },
  );
});
