import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext } from "../trpc/context";
import { eventStream } from "./event-stream";
import { appRouter } from "./router";

/** Largest JSON body that is read. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Serves every procedure under /api/trpc. */
export async function handleTrpc(request: Request): Promise<Response> {
  const response = await fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: ({ req }) => createContext(req),
    allowBatching: true,
    responseMeta: ({ type }) => (type === "subscription" ? {} : { headers: { "cache-control": "no-store" } }),
  });
  const streams = response.headers.get("content-type")?.startsWith("text/event-stream");
  return streams && response.body ? eventStream(response.body, response.headers) : response;
}
