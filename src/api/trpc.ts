import type { AnyProcedure, TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { AppError, HTTP_STATUS, retryHeaders } from "../lib/errors";
import { JsonFault, parseJson } from "../lib/parse-json";
import { type Context, createContext } from "../trpc/context";
import { publicErrorOf } from "../trpc/errors";
import type { Meta } from "../trpc/procedures";
import { appRouter } from "./router";
import { eventStream } from "./streams/event-stream";
import { lossyBody, readBodyOf } from "./transfer/body";

/** Each call of a batch is an answer of its own, all held at once: what our pages ask goes in tens. */
const MAX_BATCH = 10;

const GUARDING = new Set(
  Object.entries(appRouter._def.procedures as unknown as Record<string, AnyProcedure>).flatMap(
    ([name, { _def }]) => ((_def as { meta?: Meta }).meta?.guards ? [name] : []),
  ),
);

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
      responseMeta: ({ type, errors, info }) =>
        type === "subscription"
          ? {}
          : {
              headers: { "cache-control": "no-store", ...retryHeaders(errors[0]?.cause) },
              ...(info?.calls.length === 1 && statusOf(errors[0])),
            },
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

/** The status of our own error, since tRPC has none for some; nothing where tRPC knows better. */
const statusOf = (error: TRPCError | undefined) =>
  error?.cause instanceof AppError ? { status: HTTP_STATUS[error.cause.code] } : undefined;

/** The request with its body in memory, since tRPC itself would read one of any size. */
async function withKnownBody(request: Request, { actor }: Context): Promise<Request> {
  const { url, method, headers, signal } = request;
  if (method !== "POST") return request;
  const body = await readBodyOf(actor, request);
  refuseLossy(body.toString("utf8"));
  // A call that takes nothing is sent without a body, which the library takes for broken JSON.
  return new Request(url, { method, headers, signal, body: body.byteLength > 0 ? body : "{}" });
}

/** The library reads it again; what is no JSON it refuses by itself. */
function refuseLossy(text: string): void {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonFault) throw lossyBody(error);
  }
}

/** Throws BAD_REQUEST for what must be asked by itself. */
function checkAddress({ url }: Request): void {
  const { pathname } = new URL(url);
  const names = decodeURIComponent(pathname)
    .replace(/^\/api\/trpc\//, "")
    .split(",");
  const guarding = names.find((name) => GUARDING.has(name));
  if (guarding !== undefined && names.length > 1) {
    throw new AppError("BAD_REQUEST", `${guarding} guards an account. Ask for it in a request of its own.`);
  }
}

/** What is refused before tRPC sees it, in tRPC's shape. */
function trpcError(thrown: unknown): Response {
  const error = publicErrorOf(thrown, "trpc");
  const { code, message } = error;
  const httpStatus = statusOf(error)?.status ?? getHTTPStatusCodeFromError(error);
  const shape = { message, code: TRPC_ERROR_CODES_BY_KEY[code], data: { code, httpStatus } };
  const headers = { "cache-control": "no-store", ...retryHeaders(thrown) };
  return Response.json({ error: shape }, { status: httpStatus, headers });
}
