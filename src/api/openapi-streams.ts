import { LOG_TYPES } from "../engine/states";

const id = (name: string, description: string) => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string" },
});

/** The routes that stream and so are no procedures of REST. `error` is the response of every refusal. */
export function streamPaths(error: object) {
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
  };
}
