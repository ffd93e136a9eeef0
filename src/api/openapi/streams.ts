import { FILE_TYPES } from "../../features/artifacts/schema";
import { LOG_TYPES } from "../../model/states";
import { artifact } from "./rows";

const id = (name: string, description: string) => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string" },
});
const header = (name: string, description: string) => ({
  name,
  in: "header",
  description,
  schema: { type: "string" },
});
const headers = (described: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(described).map(([name, description]) => [
      name,
      { description, schema: { type: "string" } },
    ]),
  );

const DOWNLOAD_HEADERS = headers({
  ETag: "The content's SHA-256",
  "Last-Modified": "When it was made",
  "Content-Disposition": "The artifact's name (RFC 6266)",
  "Content-Length": "The bytes of this answer",
  "Accept-Ranges": "`bytes`",
});
const RANGE_HEADERS = { ...DOWNLOAD_HEADERS, ...headers({ "Content-Range": "Which bytes of how many" }) };
const OF_STEP = [
  id("id", "The step's row; with `run_id` also its id in the definition."),
  {
    name: "run_id",
    in: "query",
    description: "The run that the step is of, where it goes by its id in the definition",
    schema: { type: "string", pattern: "^[a-z][a-z0-9]{7,31}$" },
  },
];
const FOLLOW = {
  name: "follow",
  in: "query",
  description: "1: until what it tells of has ended",
  schema: { type: "string", enum: ["1"] },
};
const OFFSET = {
  name: "offset",
  in: "query",
  description: "Bytes to leave out",
  schema: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
};
const BYTES = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
const SECURITY = [{ token: [] }, { session: [] }];
const DOWNLOAD_PARAMETERS = [
  id("id", "The artifact's id."),
  {
    name: "inline",
    in: "query",
    description: "1: to be shown, where it is an image, a video, sound or plain text",
    schema: { type: "string", enum: ["1"] },
  },
  header("If-None-Match", "An ETag that is known"),
  header("If-Modified-Since", "A time, where no ETag is known"),
];

/** An output that may be too large to stand in its row. */
const OUTPUT = {
  security: SECURITY,
  description: "As it is, without `data` around it; `null` where there is none.",
  responses: {
    200: {
      description: "The output as JSON",
      headers: headers({ ETag: "Of the output", "Content-Length": "Its size in bytes" }),
      content: { "application/json": { schema: {} } },
    },
  },
};

const EVENT = `id: 42
event: workflow.execution.status_changed
data: {"id":42,"type":"workflow.execution.status_changed","data":{"execution_id":"${artifact.workflow_run_id}","status":"running","project_id":"p3vq0zghk1x8a7b2c4d5e6fm"}}

`;

/** The routes that are no procedures of REST. `error` stands for the response of a refusal. */
export function streamPaths(error: object): Record<string, object> {
  const refusals = { 400: error, 401: error, 403: error, 404: error };
  return {
    "/health": {
      get: {
        operationId: "health",
        tags: ["server"],
        summary: "Whether the server can work",
        security: [],
        responses: {
          200: { description: "It can", content: { "application/json": HEALTH } },
          503: { description: "It cannot", content: { "application/json": { schema: HEALTH.schema } } },
        },
      },
    },
    "/projects/{id}/events": {
      get: {
        operationId: "events-onProject",
        tags: ["events"],
        summary: "Follow a project's events, each once and in order",
        description:
          'Server-sent events, each named by its type: an EventSource listens with `addEventListener("workflow.step.completed", …)`. With `named=0` they have no name, and its `onmessage` hears all of them; the data is the same and has the type too. A reader that was cut off sends the last id and misses nothing; one that sends none begins now.',
        security: SECURITY,
        parameters: [
          id("id", "The project's id."),
          {
            name: "named",
            in: "query",
            description: "0: events without a name, for the `onmessage` of an EventSource",
            schema: { type: "string", enum: ["0", "1"], default: "1" },
          },
          {
            ...header("Last-Event-ID", "The last event that was read; 0: from the first"),
            schema: { type: "string", pattern: "^\\d{1,15}$" },
          },
        ],
        responses: {
          200: {
            description: "The stream, until the reader goes away or may read no more",
            content: { "text/event-stream": { schema: { type: "string" }, example: EVENT } },
          },
          ...refusals,
        },
      },
    },
    "/workflow-steps/{id}/logs/{type}": {
      get: {
        operationId: "steps-logs",
        tags: ["steps"],
        summary: "Read a log of a step's attempt",
        security: SECURITY,
        parameters: [
          ...OF_STEP,
          { ...id("type", "Which of the four logs"), schema: { type: "string", enum: LOG_TYPES } },
          {
            name: "attempt",
            in: "query",
            description: "Default: the newest",
            schema: { type: "integer", minimum: 1, maximum: 1_000_000 },
          },
          FOLLOW,
          OFFSET,
        ],
        responses: {
          200: {
            description:
              "The log; `events` is one JSON object a line, where an agent's has the protocol's `update` in place of `text`",
            content: {
              "text/plain": {
                schema: { type: "string" },
                example: '{"t":1772614801000,"stream":"stdout","text":"built 12 files"}\n',
              },
            },
          },
          ...refusals,
        },
      },
    },
    "/workflow-steps/{id}/output": {
      get: {
        ...OUTPUT,
        operationId: "steps-output",
        tags: ["steps"],
        summary: "What a step gave, however large",
        parameters: [
          ...OF_STEP,
          {
            name: "attempt",
            in: "query",
            description: "Of one attempt; absent: as the step has it",
            schema: { type: "integer", minimum: 1 },
          },
        ],
        responses: { ...OUTPUT.responses, ...refusals },
      },
    },
    "/workflow-executions/{id}/log": {
      get: {
        operationId: "runs-log",
        tags: ["runs"],
        summary: "Read what the code of a run's definition has printed by itself",
        security: SECURITY,
        parameters: [id("id", "The run's id."), FOLLOW, OFFSET],
        responses: {
          200: {
            description: "The log, one JSON object a line; nothing of a definition in YAML",
            content: {
              "text/plain": {
                schema: { type: "string" },
                example: '{"t":"2026-03-04T09:00:01.000Z","stream":"stdout","text":"3 packages to go\\n"}\n',
              },
            },
          },
          ...refusals,
        },
      },
    },
    "/workflow-executions/{id}/output": {
      get: {
        ...OUTPUT,
        operationId: "runs-output",
        tags: ["runs"],
        summary: "What the code of a run returned, however large",
        parameters: [id("id", "The run's id.")],
        responses: { ...OUTPUT.responses, ...refusals },
      },
    },
    "/agent-sessions/{id}/transcript": {
      get: {
        operationId: "agentSessions-transcript",
        tags: ["agent sessions"],
        summary: "What the session said and did, one JSON object a line",
        security: SECURITY,
        parameters: [id("id", "The agent session's id.")],
        responses: {
          200: {
            description: "The transcript so far",
            content: { "application/x-ndjson": { schema: { type: "string" } } },
          },
          ...refusals,
        },
      },
    },
    "/workflow-executions/{run_id}/artifacts": {
      post: {
        operationId: "artifacts-upload",
        tags: ["artifacts"],
        summary: "Upload a file to a step of a run",
        description:
          "At most 100 MB (104,857,600 bytes). A name that browsers escape in `filename` (quotes, line breaks) comes back as it was; any other may be sent exactly in `name`. U+0000 in a name becomes U+FFFD.",
        security: SECURITY,
        parameters: [id("run_id", "The run's id."), header("Idempotency-Key", "As of every create")],
        requestBody: {
          required: true,
          content: {
            "multipart/form-data": {
              schema: {
                type: "object",
                additionalProperties: false,
                required: ["file", "step_id"],
                properties: {
                  step_id: { type: "string", description: "The definition's id of the step, or its row's." },
                  name: { type: "string", maxLength: 1000, description: "Absent: the file's own." },
                  file_type: {
                    type: "string",
                    enum: FILE_TYPES,
                    description: "Absent: derived from name and content.",
                  },
                  comment_id: { type: "string", description: "A comment of the run to attach it to." },
                  file: { type: "string", format: "binary" },
                },
              },
            },
          },
        },
        responses: {
          201: {
            description: "Made",
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["data"],
                  properties: { data: { $ref: "#/components/schemas/Artifact" } },
                },
                example: { data: artifact },
              },
            },
          },
          ...refusals,
          409: error,
          413: error,
          507: error,
        },
      },
    },
    "/artifacts/{id}": {
      get: {
        operationId: "artifacts-download",
        tags: ["artifacts"],
        summary: "Download an artifact, or a range of its bytes",
        security: SECURITY,
        parameters: [...DOWNLOAD_PARAMETERS, header("Range", "One range of bytes")],
        responses: {
          200: { description: "The bytes", headers: DOWNLOAD_HEADERS, content: BYTES },
          206: { description: "A range of them", headers: RANGE_HEADERS, content: BYTES },
          304: { description: "They are as you have them" },
          416: { description: "The range is past their end" },
          ...refusals,
        },
      },
      head: {
        operationId: "artifacts-check",
        tags: ["artifacts"],
        summary: "What a download would say of itself",
        security: SECURITY,
        parameters: DOWNLOAD_PARAMETERS,
        responses: {
          200: { description: "It is there", headers: DOWNLOAD_HEADERS },
          304: { description: "The bytes are as you have them" },
          ...refusals,
        },
      },
    },
  };
}

const HEALTH = {
  schema: {
    type: "object",
    required: ["status", "database", "workers", "version"],
    properties: {
      status: { type: "string", enum: ["ok", "degraded"] },
      database: { type: "string", description: "`ok`, or what is wrong." },
      workers: { type: "integer", description: "Worker processes that are alive." },
      version: { type: "string" },
    },
  },
  example: { status: "ok", database: "ok", workers: 1, version: "1.0.0" },
};
