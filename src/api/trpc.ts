import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { AppError, retryHeaders } from "../lib/errors";
import { type Context, createContext } from "../trpc/context";
import { publicErrorOf } from "../trpc/errors";
import { readBodyOf } from "./body";
import { eventStream } from "./event-stream";
import { appRouter } from "./router";

/** More than any page of ours asks in one request. */
const MAX_BATCH = 100;

/** Serves every procedure under /api/trpc. */
export async function handleTrpc(request: Request): Promise<Response> {
  try {
    checkAddress(request);
    const context = await createContext(request);
    const req = await withKnownBody(request, context);
    const response = await fetchRequestHandler({
      endpoint: "/api/trpc",
      req,
      router: appRouter,
      createContext: () => Promise.resolve(context),
      allowBatching: true,
      maxBatchSize: MAX_BATCH,
      responseMeta: ({ type, errors }) =>
        type === "subscription"
          ? {}
          : { headers: { "cache-control": "no-store", ...retryHeaders(errors[0]?.cause) } },
    });
    const { body, headers } = response;
    if (body && headers.get("content-type")?.startsWith("text/event-stream"))
      return eventStream(body, headers);
    // What tRPC refuses before it knows the procedure is JSON that says nothing of being it.
    if (response.status >= 400) headers.set("content-type", "application/json");
    return response;
  } catch (thrown) {
    return trpcError(thrown);
  }
}

/** The request with its body in memory, since tRPC itself would read one of any size. */
async function withKnownBody(request: Request, { actor }: Context): Promise<Request> {
  const { url, method, headers, signal } = request;
  if (!request.body) return request;
  return new Request(url, { method, headers, signal, body: await readBodyOf(actor, request) });
}

function checkAddress({ url }: Request): void {
  if (isDecodable(new URL(url).pathname)) return;
  throw new AppError("BAD_REQUEST", "The address is broken: its percent-encoding has a fault.");
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}

/** What is refused before tRPC sees it, in tRPC's shape. */
function trpcError(thrown: unknown): Response {
  const error = publicErrorOf(thrown, "trpc");
  const { code, message } = error;
  const httpStatus = getHTTPStatusCodeFromError(error);
  const shape = { message, code: TRPC_ERROR_CODES_BY_KEY[code], data: { code, httpStatus } };
  const headers = { "cache-control": "no-store", ...retryHeaders(thrown) };
  return Response.json({ error: shape }, { status: httpStatus, headers });
}
