import type { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { createOpenApiNodeHttpHandler, getPathRegExp } from "trpc-to-openapi";
import { AppError, type FieldFault, HTTP_STATUS, retryHeaders } from "../../lib/errors";
import { type Context, createContext } from "../../trpc/context";
import { detailsOf, publicErrorOf } from "../../trpc/errors";
import { appRouter } from "../router";
import { MAX_BODY_BYTES } from "../transfer/body";
import { bodyFor, queryFor } from "./input";
import { restProcedures } from "./procedures";

const routes = restProcedures().map(({ meta, openapi, fields }) => ({
  fields,
  method: openapi.method,
  created: meta.created === true,
  pattern: getPathRegExp(openapi.path),
}));

type RestRequest = Request & { readonly context: Context };

const handler = createOpenApiNodeHttpHandler({
  router: appRouter,
  createContext: ({ req }: { req: unknown }) => Promise.resolve((req as RestRequest).context),
  responseMeta: ({ errors }: { errors: TRPCError[] }) => ({ headers: retryHeaders(errors[0]?.cause) }),
  maxBodySize: MAX_BODY_BYTES,
} as unknown as Parameters<typeof createOpenApiNodeHttpHandler>[0]) as unknown as (
  request: Request,
  response: ResponseSink,
) => Promise<void>;

/** What the library writes its answer to. */
interface ResponseSink {
  statusCode: number;
  setHeader(name: string, value: string): void;
  end(body?: string): void;
}

const pathOf = (pathname: string) => pathname.replace(/^\/api/, "").replace(/(.)\/$/, "$1");

/** The methods that procedures take at a path under /api. */
export function restMethods(pathname: string): string[] {
  const path = pathOf(pathname);
  return routes.filter((route) => route.pattern.test(path)).map((route) => route.method);
}

/**
 * Serves the procedures as REST under /api: results in `{ data }` (a page's cursor beside it), errors in
 * `{ error: { code, message, details? } }`.
 */
export async function handleRest(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const path = pathOf(url.pathname);
  try {
    const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(path));
    if (!route) throw new AppError("NOT_FOUND", `There is nothing at ${url.pathname}.`);
    const query = queryFor(request.method, url.searchParams, route.fields);
    // Who asks first: a stranger's body is not worth much memory.
    const context = await createContext(request);
    const body = await bodyFor(context.actor, request, route.pattern.exec(path)?.groups ?? {});
    const answer = await callLibrary(request, path, { context, query, body });
    if (answer.status >= 400) return answer.toResponse();
    return json(envelope(answer.body), route.created ? 201 : 200);
  } catch (thrown) {
    return restError(thrown);
  }
}

/** `{ items, next_cursor }` becomes `{ data, next_cursor }`, anything else `{ data }`; the text is not parsed twice. */
function envelope(body: string): string {
  if (!body.startsWith('{"items":')) return `{"data":${body}}`;
  return `{"data":${body.slice('{"items":'.length)}`;
}

interface Answer {
  status: number;
  body: string;
  toResponse(): Response;
}

async function callLibrary(
  request: Request,
  path: string,
  given: { context: Context; query: object; body: object | undefined },
): Promise<Answer> {
  const headers = new Headers(request.headers);
  if (given.body) headers.set("content-type", "application/json");
  // The library takes a fetch Request by its prototype; own properties stand in front of its getters.
  const proxy = Object.create(Request.prototype, {
    context: { value: given.context },
    method: { value: request.method },
    url: { value: `http://localhost${path}` },
    headers: { value: headers },
    signal: { value: request.signal },
    body: { value: given.body },
    query: { value: given.query },
  }) as Request;
  return new Promise((resolve, reject) => {
    const given: Record<string, string> = {};
    const sink: ResponseSink = {
      statusCode: 200,
      setHeader: (name, value) => {
        // Its Content-Type is without the charset that ours has.
        if (name.toLowerCase() === "retry-after") given[name] = value;
      },
      end: (text = "") => {
        const { statusCode } = sink;
        resolve({ status: statusCode, body: text, toResponse: () => fromLibrary(text, statusCode, given) });
      },
    };
    handler(proxy, sink).catch(reject);
  });
}

interface LibraryError {
  code: string;
  message: string;
  data?: { details?: FieldFault[]; httpStatus?: number };
}

/** What tRPC has no code for. */
const NO_ROOM = "INSUFFICIENT_STORAGE";

function fromLibrary(text: string, status: number, headers: Record<string, string>): Response {
  const { code: said, message, data } = JSON.parse(text) as LibraryError;
  const isNoRoom = data?.httpStatus === HTTP_STATUS[NO_ROOM];
  const code = isNoRoom ? NO_ROOM : said;
  const body = JSON.stringify({ error: { code, message, details: data?.details } });
  return json(body, isNoRoom ? HTTP_STATUS[NO_ROOM] : status, headers);
}

/** Answers with anything thrown, in REST's shape. */
export function restError(thrown: unknown, headers: Record<string, string> = {}): Response {
  if (thrown instanceof AppError) {
    const { code, message, details } = thrown;
    const body = JSON.stringify({ error: { code, message, details } });
    return json(body, HTTP_STATUS[code], { ...headers, ...retryHeaders(thrown) });
  }
  const shown = publicErrorOf(thrown, "rest");
  if (shown.cause instanceof AppError) return restError(shown.cause, headers);
  const body = { error: { code: shown.code, message: shown.message, details: detailsOf(shown) } };
  return json(JSON.stringify(body), getHTTPStatusCodeFromError(shown), headers);
}

function json(body: string, status: number, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  });
}
