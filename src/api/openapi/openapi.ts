import { generateOpenApiDocument } from "trpc-to-openapi";
import packageJson from "../../../package.json";
import { HTTP_STATUS } from "../../lib/errors";
import { restProcedures } from "../rest/procedures";
import { appRouter } from "../router";
import { describePart, errorResponse, failuresOf, type OperationFacts } from "./errors";
import { EXAMPLES } from "./examples";
import { hookPaths } from "./hooks";
import { movingPaths } from "./moving";
import { REFUSAL } from "./parts";
import { streamPaths } from "./streams";

type Json = Record<string, unknown>;
interface Parameter {
  name: string;
  in: string;
  description?: string;
  schema?: Json;
}
interface Operation extends Json {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Json & { schema?: Json }> };
  responses: Record<string, Json>;
}

const ERROR_SCHEMA = {
  type: "object",
  description: "The shape of every error.",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: {
          type: "string",
          enum: [...Object.keys(HTTP_STATUS), "INTERNAL_SERVER_ERROR"],
          description: "For programs.",
        },
        message: { type: "string", description: "For people: what is wrong and what to do next." },
        details: {
          type: "array",
          description: "The fields at fault.",
          items: {
            type: "object",
            required: ["path", "message"],
            properties: {
              path: { type: "string", examples: ["args.channel"] },
              message: { type: "string" },
              line: { type: "integer", description: "Of a fault in a source, from 1." },
              column: { type: "integer", description: "As `line`." },
              expected: { type: ["string", "null"], description: "What may stand there, of a source." },
            },
          },
        },
      },
    },
  },
};

/** Of every create. */
const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "1 to 255 visible ASCII characters of your choice. Sent again within 24 hours with the same request, it gives the first result again and makes nothing new; with another request, 409.",
  schema: { type: "string", maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
  example: "0b1a7c8e-release-1.4.0",
};

const TAGS = {
  projects: "A project is a folder on the server with definitions, runs and members.",
  members: "Who may do what in a project: viewer, member, maintainer, owner, each with all of those before.",
  groups: "People who get a role in projects together.",
  views: "Saved filters, order and columns of the runs table.",
  labels: "Words in colors by which a project's runs are told apart.",
  definitions: "What a workflow does: phases and steps, as a file in the project.",
  secrets: "Values that steps get by name. They are never told.",
  triggers: "What starts runs by itself: schedules and webhooks of a definition.",
  runs: "Workflows that were started. A run survives a crash of anything and runs no completed step twice.",
  steps: "The steps of a run, their attempts and their logs.",
  reviews: "What people said of a run's work: comments on lines that it changed, and decisions on approvals.",
  comments: "Markdown on a run or on one of its steps.",
  artifacts: "Files of steps: uploaded, or made by the steps themselves.",
  search: "Runs, definitions, projects and people, in all projects of the caller.",
  inbox: "What waits for the signed-in person, and what is news for them, in all of their projects.",
  "agent sessions": "What coding agents did for steps.",
  events: "What happens in a project, as it happens.",
  audit: "Who did what, by which token, from where, and what was changed by it.",
  users: "The signed-in person, and, for administrators, everybody with an account.",
  sessions: "The browsers in which one is signed in.",
  installation: "What administrators set for everybody.",
  retention:
    "For how long runs, logs, artifacts and events are kept. A project says it in its `retention`, the installation in its own for those that do not.",
  room: "Room on the server's disks, and what projects take of it.",
  tokens: "Tokens for programs, each with some or all of what its person, or its project's machine, may.",
  server: "The server itself.",
};

const DESCRIPTION = `Everything that the board does, for programs: what has a page there has an address here.

Results are in \`data\`; a page of a list has \`next_cursor\` beside it, null on the last one. Errors are in \`error\`, with a message for people and the fields at fault. Times are ISO 8601 in UTC with three digits behind the second, so they sort as text. Names of fields are the same in the database, here, in events and in files.

**Credentials:** \`Authorization: Bearer pb_…\` with a token from the account page, or the session cookie of a browser, whose writes must come from Phaseboard's own pages.`;

/** The schema of a result in REST's envelope. */
function enveloped(schema: Json): Json {
  const properties = schema.properties as Record<string, Json> | undefined;
  if (properties?.items && properties.next_cursor) {
    const { items, ...beside } = properties;
    return {
      type: "object",
      required: ["data", ...Object.keys(beside)],
      properties: { data: items, ...beside },
    };
  }
  return { type: "object", required: ["data"], properties: { data: schema } };
}

function envelopedExample(output: unknown): unknown {
  const isPage =
    typeof output === "object" && output !== null && "items" in output && "next_cursor" in output;
  if (!isPage) return { data: output };
  const { items, ...beside } = output;
  return { data: items, ...beside };
}

/** What the library has of a procedure becomes what REST does with it. */
function finish(operation: Operation, facts: OperationFacts): void {
  const example = EXAMPLES[facts.name];
  const success = operation.responses[200]?.content as Record<string, { schema: Json }> | undefined;
  const json = operation.requestBody?.content["application/json"];
  if (example && json) json.example = bodyOf(example.input ?? {}, operation);
  for (const parameter of operation.parameters ?? []) {
    const value = example?.input?.[parameter.name];
    if (value !== undefined) Object.assign(parameter, { example: value });
    if (parameter.in === "path" && !parameter.description) {
      parameter.description = describePart(facts.path, parameter.name);
    }
  }
  if (facts.created) operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  operation.responses = {
    [facts.created ? 201 : 200]: {
      description: facts.created ? "Made" : "Done",
      content: {
        "application/json": {
          schema: enveloped(success?.["application/json"]?.schema ?? {}),
          ...(example ? { example: envelopedExample(example.output) } : {}),
        },
      },
    },
    ...Object.fromEntries(failuresOf(facts).map((status) => [status, errorResponse(status, facts)])),
  };
}

/** The part of an input that goes in the body. */
function bodyOf(input: Json, { parameters = [] }: Operation): Json {
  const elsewhere = new Set(parameters.map(({ name }) => name));
  return Object.fromEntries(Object.entries(input).filter(([name]) => !elsewhere.has(name)));
}

/** What is written by hand says which refusals it knows; their examples are as those of procedures. */
function finishByHand(path: string, method: string, operation: Operation): void {
  const parameters = operation.parameters ?? [];
  const facts: OperationFacts = {
    name: String(operation.operationId),
    path,
    writes: method !== "get",
    created: parameters.some(({ name }) => name === IDEMPOTENCY_KEY.name),
    hasJson: false,
    fields: parameters.filter((parameter) => parameter.in !== "header").map(({ name }) => name),
  };
  operation.parameters = parameters.map((each) =>
    each.name === IDEMPOTENCY_KEY.name ? IDEMPOTENCY_KEY : each,
  );
  const known = Object.entries(operation.responses).map(([status, response]) => [
    status,
    response === REFUSAL ? errorResponse(Number(status), facts) : response,
  ]);
  operation.responses = { ...Object.fromEntries(known), 500: errorResponse(500, facts) };
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
      description: DESCRIPTION,
      baseUrl: "/api",
      openApiVersion: "3.1.0",
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token from the account page: `pb_…`" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "next-auth.session-token",
          description: "The cookie of a browser that is signed in; `__Host-` stands before its name on https",
        },
      },
    },
  ) as unknown as Json & { paths: Record<string, Record<string, Operation>>; components?: Json };
  for (const { name, procedure, openapi, meta } of restProcedures()) {
    const operation = made.paths[openapi.path]?.[openapi.method.toLowerCase()];
    if (!operation) continue;
    const body = operation.requestBody?.content["application/json"]?.schema as
      | { properties?: Json }
      | undefined;
    const fields = [
      ...(operation.parameters ?? []).map((parameter) => parameter.name),
      ...Object.keys(body?.properties ?? {}),
    ];
    const facts = { name, path: openapi.path, created: meta.created === true, fields };
    finish(operation, { ...facts, writes: procedure._def.type === "mutation", hasJson: body !== undefined });
  }
  const byHand = { ...streamPaths(), ...movingPaths(), ...hookPaths() } as typeof made.paths;
  for (const [path, operations] of Object.entries(byHand)) {
    for (const [method, operation] of Object.entries(operations)) finishByHand(path, method, operation);
    made.paths[path] = Object.assign(made.paths[path] ?? {}, operations);
  }
  const components = made.components as { schemas?: Json } | undefined;
  made.components = {
    ...components,
    schemas: { ...withoutLibraryErrors(components?.schemas), Error: ERROR_SCHEMA },
  };
  made.servers = [{ url: "/api", description: "This server" }];
  made.tags = Object.entries(TAGS).map(([name, description]) => ({ name, description }));
  return made;
}

/** The library describes its own error shapes, which ours stand in for. */
function withoutLibraryErrors(schemas: Json = {}): Json {
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => !name.startsWith("error.")));
}
