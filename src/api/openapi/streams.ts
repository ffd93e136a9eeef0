import { FILE_TYPES } from "../../features/artifacts/schema";
import { LOG_TYPES } from "../../model/states";
import { body, inHeader, inPath, inQuery, json, objectOf, refusals } from "./parts";
import { artifact } from "./rows";

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
  inPath("id", "The step's row; with `run_id` also its id in the definition."),
  inQuery("run_id", "The run that the step is of, where it goes by its id in the definition", {
    type: "string",
    pattern: "^[a-z][a-z0-9]{7,31}$",
  }),
];
const IS_SET = { type: "string", enum: ["1"] };
const FOLLOW = inQuery("follow", "1: until what it tells of has ended", IS_SET);
const OFFSET = inQuery("offset", "Bytes to leave out", {
  type: "integer",
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
});
const BYTES = body("application/octet-stream", { type: "string", format: "binary" });
const DOWNLOAD_PARAMETERS = [
  inPath("id", "The artifact's id."),
  inQuery("inline", "1: to be shown, where it is an image, a video, sound or plain text", IS_SET),
  inHeader("If-None-Match", "An ETag that is known"),
  inHeader("If-Modified-Since", "A time, where no ETag is known"),
];

/** An output that may be too large to stand in its row. */
const OUTPUT = {
  description: "As it is, without `data` around it; `null` where there is none.",
  responses: {
    200: {
      description: "The output as JSON",
      headers: headers({ ETag: "Of the output", "Content-Length": "Its size in bytes" }),
      content: json({}),
    },
  },
};

const NAMED = inQuery("named", "0: events without a name, for the `onmessage` of an EventSource", {
  type: "string",
  enum: ["0", "1"],
  default: "1",
});
const EVENT = `id: 42
event: workflow.execution.status_changed
data: {"id":42,"type":"workflow.execution.status_changed","data":{"execution_id":"${artifact.workflow_run_id}","status":"running","project_id":"p3vq0zghk1x8a7b2c4d5e6fm"}}

`;

const HEALTH = [
  objectOf({
    status: { type: "string", enum: ["ok", "degraded"] },
    database: { type: "string", description: "`ok`, or what is wrong." },
    workers: { type: "integer", description: "Worker processes that are alive." },
    version: { type: "string" },
  }),
  { status: "ok", database: "ok", workers: 1, version: "1.0.0" },
] as const;

const OF_CHANGES = [
  inPath("id", "The run's id."),
  inQuery("step_id", "Only what this step changed; absent: all that the run did"),
  inHeader("If-None-Match", "An ETag that is known"),
];
const CHANGES_HEADERS = headers({
  ETag: "Of the snapshots",
  "Content-Disposition": "A name to save it by",
});

interface Route {
  operationId: string;
  tags: string[];
  summary: string;
  responses: object;
  [more: string]: unknown;
}

/** A route for who is signed in, or has a token. */
export const signedIn = (route: Route) => ({
  security: [{ token: [] }, { session: [] }],
  ...route,
  responses: { ...route.responses, ...refusals(400, 401, 403, 404) },
});

/** A route for bytes of what a run changed. */
const changesRoute = ({
  content,
  ...route
}: Omit<Route, "tags" | "responses"> & { content: object }): Route =>
  signedIn({
    ...(route as Omit<Route, "tags" | "responses"> & { operationId: string; summary: string }),
    tags: ["runs"],
    responses: {
      200: { description: "The bytes", headers: CHANGES_HEADERS, content },
      304: { description: "They are as you have them" },
      ...refusals(409),
    },
  });

/** A route for all artifacts of a run. */
const allArtifacts = (operationId: string, summary: string, content: object): Route =>
  signedIn({
    operationId,
    tags: ["artifacts"],
    summary,
    description:
      "A zip without compression, so its length is known before it is sent: a folder for each step, and names that no file system misreads. `missing-files.txt` names those whose files are gone.",
    parameters: [inPath("id", "The run's id."), inQuery("step_id", "Only those of this step")],
    responses: {
      200: {
        description: "The archive",
        headers: headers({
          "Content-Length": "Its size in bytes",
          "Content-Disposition": "A name to save it by",
        }),
        ...content,
      },
      ...refusals(409),
    },
  });

/** The routes that are no procedures of REST. */
export function streamPaths(): Record<string, object> {
  return {
    "/health": {
      get: {
        operationId: "health",
        tags: ["server"],
        summary: "Whether the server can work",
        security: [],
        responses: {
          200: { description: "It can", content: json(...HEALTH) },
          503: { description: "It cannot", content: json(HEALTH[0]) },
        },
      },
    },
    "/events": {
      get: signedIn({
        operationId: "events-onAll",
        tags: ["events"],
        summary: "Follow the events of all of one's projects, from now on",
        description:
          "As those of one project, but without ids, since each project counts its own. It begins with `workflow.events.swept`, at which a reader reads again what it shows. The stream ends when somebody's projects become others.",
        parameters: [NAMED],
        responses: {
          200: {
            description: "The stream, until the reader goes away or its projects are others",
            content: body(
              "text/event-stream",
              undefined,
              EVENT.replace("id: 42\n", "").replace('"id":42', '"id":null'),
            ),
          },
        },
      }),
    },
    "/projects/{id}/events": {
      get: signedIn({
        operationId: "events-onProject",
        tags: ["events"],
        summary: "Follow a project's events, each once and in order",
        description:
          'Server-sent events, each named by its type: an EventSource listens with `addEventListener("workflow.step.completed", …)`. With `named=0` they have no name, and its `onmessage` hears all of them; the data is the same and has the type too. A reader that was cut off sends the last id and misses nothing; one that sends none begins now.',
        parameters: [
          inPath("id", "The project's id."),
          NAMED,
          inHeader("Last-Event-ID", "The last event that was read; 0: from the first", {
            type: "string",
            pattern: "^\\d{1,15}$",
          }),
        ],
        responses: {
          200: {
            description: "The stream, until the reader goes away or may read no more",
            content: body("text/event-stream", undefined, EVENT),
          },
        },
      }),
    },
    "/workflow-steps/{id}/logs/{type}": {
      get: signedIn({
        operationId: "steps-logs",
        tags: ["steps"],
        summary: "Read a log of a step's attempt",
        parameters: [
          ...OF_STEP,
          inPath("type", "Which of the four logs", { type: "string", enum: LOG_TYPES }),
          inQuery("attempt", "Default: the newest", { type: "integer", minimum: 1, maximum: 1_000_000 }),
          FOLLOW,
          OFFSET,
        ],
        responses: {
          200: {
            description:
              "The log; `events` is one JSON object a line, where an agent's has the protocol's `update` in place of `text`",
            content: body(
              "text/plain",
              undefined,
              '{"t":1772614801000,"stream":"stdout","text":"built 12 files"}\n',
            ),
          },
        },
      }),
    },
    "/workflow-steps/{id}/output": {
      get: signedIn({
        ...OUTPUT,
        operationId: "steps-output",
        tags: ["steps"],
        summary: "What a step gave, however large",
        parameters: [
          ...OF_STEP,
          inQuery("attempt", "Of one attempt; absent: as the step has it", { type: "integer", minimum: 1 }),
        ],
      }),
    },
    "/workflow-executions/{id}/log": {
      get: signedIn({
        operationId: "runs-log",
        tags: ["runs"],
        summary: "Read what the code of a run's definition has printed by itself",
        parameters: [inPath("id", "The run's id."), FOLLOW, OFFSET],
        responses: {
          200: {
            description: "The log, one JSON object a line; nothing of a definition in YAML",
            content: body(
              "text/plain",
              undefined,
              '{"t":"2026-03-04T09:00:01.000Z","stream":"stdout","text":"3 packages to go\\n"}\n',
            ),
          },
        },
      }),
    },
    "/workflow-executions/{id}/output": {
      get: signedIn({
        ...OUTPUT,
        operationId: "runs-output",
        tags: ["runs"],
        summary: "What the code of a run returned, however large",
        parameters: [inPath("id", "The run's id.")],
      }),
    },
    "/workflows/{id}/badge.svg": {
      get: signedIn({
        operationId: "definitions-badge",
        tags: ["definitions"],
        summary: "The status badge of a definition",
        description:
          "How the newest run that completed or failed ended, as a picture. With the `key` of its address nobody needs an account.",
        security: [{}, { token: [] }, { session: [] }],
        parameters: [
          inPath("id", "The definition's id."),
          inQuery("key", "As in `badge_path` of a definition whose badge is public", { type: "string" }),
          inHeader("If-None-Match", "An ETag that is known"),
        ],
        responses: {
          200: {
            description: "The badge",
            headers: headers({ ETag: "Of the picture" }),
            content: body("image/svg+xml", { type: "string" }),
          },
          304: { description: "It is as you have it" },
        },
      }),
    },
    "/workflow-executions/{id}/changes.patch": {
      get: changesRoute({
        operationId: "runs-patch",
        summary: "What a run, or one of its steps, changed, as a patch",
        description: "For `git apply`; binary files are in it too.",
        parameters: OF_CHANGES,
        content: body("text/x-patch"),
      }),
    },
    "/workflow-executions/{id}/changes.zip": {
      get: changesRoute({
        operationId: "runs-archive",
        summary: "All files as a run, or one of its steps, left them",
        description: "A zip file of those that are no ignored ones.",
        parameters: OF_CHANGES,
        content: body("application/zip", { type: "string", format: "binary" }),
      }),
    },
    "/workflow-executions/{id}/changes/file": {
      get: changesRoute({
        operationId: "runs-changedFile",
        summary: "One side of a file that changed",
        description: "Its bytes; of a symbolic link where it leads.",
        parameters: [
          ...OF_CHANGES,
          { ...inQuery("path", "As `changes` names it"), required: true },
          inQuery("side", "As it was, or as it is now", {
            type: "string",
            enum: ["old", "new"],
            default: "new",
          }),
        ],
        content: BYTES,
      }),
    },
    "/agent-sessions/{id}/transcript": {
      get: signedIn({
        operationId: "agentSessions-transcript",
        tags: ["agent sessions"],
        summary: "What the session said and did, one JSON object a line",
        parameters: [inPath("id", "The agent session's id.")],
        responses: {
          200: { description: "The transcript so far", content: body("application/x-ndjson") },
        },
      }),
    },
    "/workflow-executions/export": {
      get: signedIn({
        operationId: "runs-export",
        tags: ["runs"],
        summary: "Runs as a table for spreadsheets",
        description:
          "With the filters, the order and the rights of `GET /api/workflow-executions`, which it takes beside `project_id`.",
        parameters: [
          inQuery("project_id", "The project's id."),
          inQuery("status", "One status or several, separated by commas"),
          inQuery("workflow_definition_id", "The definition's id or slug"),
          inQuery("user_id", "Who started them"),
          inQuery("assignee_id", "Who is to look after them"),
          inQuery("label", "Names of labels, separated by commas"),
          inQuery("trigger", "What started them by itself", {
            type: "string",
            enum: ["schedule", "webhook", "none"],
          }),
          inQuery("q", "As in the list"),
          inQuery("arg", "As `channel=stable`"),
          inQuery("from", "The first moment", { type: "string", format: "date-time" }),
          inQuery("to", "The moment behind the last", { type: "string", format: "date-time" }),
          inQuery("pinned", "Only runs that are pinned, or only those that are not", { type: "boolean" }),
          inQuery("sort", "As in the list", { type: "string" }),
        ],
        responses: { 200: { description: "The runs", content: body("text/csv") } },
      }),
    },
    "/audit/export": {
      get: signedIn({
        operationId: "audit-export",
        tags: ["audit"],
        summary: "The audit record as a file, newest first",
        description: "With the filters and rights of `GET /api/audit`.",
        parameters: [
          inQuery("format", "A line for each row, or a table for spreadsheets", {
            type: "string",
            enum: ["csv", "jsonl"],
            default: "jsonl",
          }),
          inQuery("project_id", "Absent: of everything, for administrators alone"),
          inQuery("actor_id", "Who did it"),
          inQuery("action", "As `members.add`; without a dot, as `members`, all that begin so"),
          inQuery("from", "The first moment", { type: "string", format: "date-time" }),
          inQuery("to", "The moment behind the last", { type: "string", format: "date-time" }),
        ],
        responses: {
          200: { description: "The rows", content: { ...body("application/x-ndjson"), ...body("text/csv") } },
        },
      }),
    },
    "/workflow-executions/{run_id}/artifacts": {
      post: signedIn({
        operationId: "artifacts-upload",
        tags: ["artifacts"],
        summary: "Upload a file to a step of a run",
        description:
          "At most 100 MB (104,857,600 bytes). A name that browsers escape in `filename` (quotes, line breaks) comes back as it was; any other may be sent exactly in `name`. U+0000 in a name becomes U+FFFD.",
        parameters: [inPath("run_id", "The run's id."), inHeader("Idempotency-Key", "As of every create")],
        requestBody: {
          required: true,
          content: body("multipart/form-data", {
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
          }),
        },
        responses: {
          201: {
            description: "Made",
            content: json(objectOf({ data: { $ref: "#/components/schemas/Artifact" } }), { data: artifact }),
          },
          ...refusals(409, 413, 507),
        },
      }),
    },
    "/workflow-executions/{id}/artifacts.zip": {
      get: allArtifacts("artifacts-all", "All artifacts of a run, or of one of its steps, in one file", {
        content: body("application/zip", { type: "string", format: "binary" }),
      }),
      head: allArtifacts("artifacts-checkAll", "What a download of all would say of itself", {}),
    },
    "/artifacts/{id}/entries/{position}": {
      get: signedIn({
        operationId: "artifacts-entry",
        tags: ["artifacts"],
        summary: "Download a file in an archive",
        description: "Of a zip, tar or tar.gz, unpacked as it is sent; at most 100 MB.",
        parameters: [
          inPath("id", "The artifact's id."),
          inPath("position", "As `GET /api/artifacts/{id}/entries` says", { type: "integer", minimum: 0 }),
          inQuery("inline", "1: to be shown, where its name is one of an image or a text", IS_SET),
          inHeader("If-None-Match", "An ETag that is known"),
        ],
        responses: {
          200: { description: "The bytes", headers: CHANGES_HEADERS, content: BYTES },
          304: { description: "They are as you have them" },
          ...refusals(409, 413),
        },
      }),
    },
    "/artifacts/{id}": {
      get: signedIn({
        operationId: "artifacts-download",
        tags: ["artifacts"],
        summary: "Download an artifact, or a range of its bytes",
        parameters: [...DOWNLOAD_PARAMETERS, inHeader("Range", "One range of bytes")],
        responses: {
          200: { description: "The bytes", headers: DOWNLOAD_HEADERS, content: BYTES },
          206: { description: "A range of them", headers: RANGE_HEADERS, content: BYTES },
          304: { description: "They are as you have them" },
          416: { description: "The range is past their end" },
        },
      }),
      head: signedIn({
        operationId: "artifacts-check",
        tags: ["artifacts"],
        summary: "What a download would say of itself",
        parameters: DOWNLOAD_PARAMETERS,
        responses: {
          200: { description: "It is there", headers: DOWNLOAD_HEADERS },
          304: { description: "The bytes are as you have them" },
        },
      }),
    },
  };
}
