import { z } from "zod";
import { LOG_TYPES } from "../engine/states";
import { Artifact, FILE_TYPES } from "../features/artifacts/schema";

const id = (name: string, description: string) => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string" },
});

const ARTIFACT_ID = id("id", "The artifact");
const DOWNLOAD_HEADERS = {
  ETag: { description: "The content's SHA-256", schema: { type: "string" } },
  "Content-Disposition": { description: "The artifact's name", schema: { type: "string" } },
};
const BYTES = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };

/** The routes that stream and so are no procedures of REST. `error` is the response of every refusal. */
export function streamPaths(error: object): Record<string, object> {
  const refusals = { 400: error, 401: error, 403: error, 404: error };
  const security = [{ token: [] }];
  return {
    "/projects/{id}/events": {
      get: {
        operationId: "events-onProject",
        tags: ["events"],
        summary: "Follow a project's events, each once and in order",
        description: "Server-sent events. A reader that was cut off sends the last id and misses nothing.",
        security,
        parameters: [
          id("id", "The project"),
          { name: "Last-Event-ID", in: "header", schema: { type: "integer", minimum: 0 } },
        ],
        responses: {
          200: {
            description: "The stream",
            content: { "text/event-stream": { schema: { type: "string" } } },
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
        security,
        parameters: [
          id("id", "The step's row"),
          { ...id("type", "Which of the four logs"), schema: { type: "string", enum: LOG_TYPES } },
          {
            name: "attempt",
            in: "query",
            description: "Default: the newest",
            schema: { type: "integer", minimum: 1 },
          },
          {
            name: "follow",
            in: "query",
            description: "1: until the attempt has ended",
            schema: { enum: ["1"] },
          },
          {
            name: "offset",
            in: "query",
            description: "Bytes to leave out",
            schema: { type: "integer", minimum: 0 },
          },
        ],
        responses: {
          200: { description: "The log", content: { "text/plain": { schema: { type: "string" } } } },
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
        security,
        parameters: [
          id("run_id", "The run"),
          {
            name: "Idempotency-Key",
            in: "header",
            description: "Sent again within 24 hours, the first artifact is given again",
            schema: { type: "string", maxLength: 255 },
          },
        ],
        requestBody: {
          required: true,
          content: {
            "multipart/form-data": {
              schema: {
                type: "object",
                required: ["file", "step_id"],
                properties: {
                  step_id: { type: "string", description: "The definition's id of the step, or its row's" },
                  name: { type: "string", maxLength: 1000, description: "Default: the file's own" },
                  file_type: { enum: FILE_TYPES, description: "Default: from name and content" },
                  comment_id: { type: "string", description: "A comment of the run to attach it to" },
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
                  properties: { data: z.toJSONSchema(Artifact) },
                },
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
        security,
        parameters: [
          ARTIFACT_ID,
          {
            name: "inline",
            in: "query",
            description: "1: to be shown, where it is an image, a video, sound or plain text",
            schema: { enum: ["1"] },
          },
          { name: "Range", in: "header", description: "One range", schema: { type: "string" } },
          { name: "If-None-Match", in: "header", schema: { type: "string" } },
        ],
        responses: {
          200: { description: "The bytes", headers: DOWNLOAD_HEADERS, content: BYTES },
          206: { description: "A range of them", headers: DOWNLOAD_HEADERS, content: BYTES },
          304: { description: "They are as you have them" },
          416: { description: "The range is past their end" },
          ...refusals,
        },
      },
    },
  };
}
