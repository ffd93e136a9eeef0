import { generateOpenApiDocument } from "trpc-to-openapi";
import packageJson from "../../package.json";
import { HTTP_STATUS } from "../lib/errors";
import { hookPaths } from "./openapi-hooks";
import { streamPaths } from "./openapi-streams";
import { restProcedures } from "./rest-procedures";
import { appRouter } from "./router";

type Json = Record<string, unknown>;
type Operation = { responses: Record<string, Json> };

const ERROR_RESPONSE = {
  description: "What went wrong, and what to do next",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
};

const ERROR_SCHEMA = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: { type: "string", enum: [...Object.keys(HTTP_STATUS), "INTERNAL_SERVER_ERROR"] },
        message: { type: "string" },
        details: {
          type: "array",
          description: "The fields at fault",
          items: {
            type: "object",
            required: ["path", "message"],
            properties: { path: { type: "string", examples: ["args.channel"] }, message: { type: "string" } },
          },
        },
      },
    },
  },
};

/** The schema of a result in REST's envelope. */
function enveloped(schema: Json): Json {
  const properties = schema.properties as Record<string, Json> | undefined;
  if (properties?.items && properties.next_cursor) {
    return {
      type: "object",
      required: ["data", "next_cursor"],
      properties: { data: properties.items, next_cursor: properties.next_cursor },
    };
  }
  return { type: "object", required: ["data"], properties: { data: schema } };
}

function finish(operation: Operation, created: boolean): void {
  const { 200: ok } = operation.responses;
  const content = ok?.content as { "application/json": { schema: Json } } | undefined;
  const success = {
    description: created ? "Made" : "Done",
    content: { "application/json": { schema: enveloped(content?.["application/json"].schema ?? {}) } },
  };
  operation.responses = {
    [created ? "201" : "200"]: success,
    ...Object.fromEntries(
      ["400", "401", "403", "404", "409", "429", "500"].map((status) => [status, ERROR_RESPONSE]),
    ),
  };
}

let document: Json | undefined;

/** The OpenAPI 3.1 document of the REST interface, made once a process. */
export function openApiDocument(): Json {
  document ??= build();
  return document;
}

function build(): Json {
  const made = generateOpenApiDocument(
    appRouter as unknown as Parameters<typeof generateOpenApiDocument>[0],
    {
      title: "Phaseboard",
      version: packageJson.version,
      description:
        "Runs, their steps and logs, definitions, projects and members. Field names are those of the database.",
      baseUrl: "/api",
      openApiVersion: "3.1.0",
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token from the account page: `pb_…`" },
      },
    },
  ) as unknown as Json & { paths: Record<string, Record<string, Operation>>; components?: Json };
  for (const { openapi, meta } of restProcedures()) {
    const operation = made.paths[openapi.path]?.[openapi.method.toLowerCase()];
    if (operation) finish(operation, meta.created === true);
  }
  const byHand = { ...streamPaths(ERROR_RESPONSE), ...hookPaths(ERROR_RESPONSE) };
  for (const [path, operations] of Object.entries(byHand)) {
    made.paths[path] = Object.assign(made.paths[path] ?? {}, operations);
  }
  const components = made.components as { schemas?: Json } | undefined;
  made.components = {
    ...components,
    schemas: { ...withoutLibraryErrors(components?.schemas), Error: ERROR_SCHEMA },
  };
  return made;
}

/** The library describes its own error shapes, which ours stand in for. */
function withoutLibraryErrors(schemas: Json = {}): Json {
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => !name.startsWith("error.")));
}
