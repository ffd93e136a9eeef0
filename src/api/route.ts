import { AppError } from "../lib/errors";
import { noteRequest } from "../lib/give-way";
import { LENGTH_HEADER } from "../lib/request-headers";
import { checkInput } from "../trpc/check-input";
import { handleRest, restError, restMethods } from "./rest/rest";

const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/** Answers a request; `params` are the parts of its address that the folders of the route's file name. */
type Answer<Name extends string> = (
  request: Request,
  params: Record<Name, string>,
) => Response | Promise<Response>;

interface RouteContext {
  /** Undefined where no folder names one. */
  params: Promise<object | undefined>;
}

/** As Next calls it; `isByHand` where the file of the route answers itself. */
export type RouteHandler = ((request: Request, context: RouteContext) => Promise<Response>) & {
  isByHand: boolean;
};

/**
 * What the file of a route under `src/app/api` exports. `byHand` answers its methods; a procedure of REST that has
 * the same address takes its own; HEAD is GET without a body; everything else is refused with what is taken.
 */
export function route<Name extends string = never>(
  byHand: Partial<Record<Method, Answer<Name>>> = {},
): Record<Method, RouteHandler> {
  const handlers = METHODS.map((method): [Method, RouteHandler] => {
    const handler = async (request: Request, context: RouteContext) => {
      noteRequest();
      return withLength(await answer(method, request, context, byHand).catch((thrown) => restError(thrown)));
    };
    return [method, Object.assign(handler, { isByHand: method in byHand })];
  });
  return Object.fromEntries(handlers) as Record<Method, RouteHandler>;
}

async function answer<Name extends string>(
  method: Method,
  request: Request,
  context: RouteContext,
  byHand: Partial<Record<Method, Answer<Name>>>,
): Promise<Response> {
  const own = byHand[method];
  if (own) return own(request, await paramsOf(context));
  const { url, headers, signal } = request;
  const { pathname } = new URL(url);
  const taken = [...Object.keys(byHand), ...restMethods(pathname)];
  if (taken.includes(method)) return handleRest(request);
  if (method !== "HEAD" || !taken.includes("GET")) return refuse(method, pathname, taken);
  return withoutBody(await answer("GET", new Request(url, { headers, signal }), context, byHand));
}

async function paramsOf<Name extends string>({ params }: RouteContext): Promise<Record<Name, string>> {
  const entries = Object.entries((await params) ?? {}).map(([name, value]) => [
    name,
    [value].flat().join("/"),
  ]);
  const found = Object.fromEntries(entries) as Record<Name, string>;
  checkInput(found);
  return found;
}

/** A stream is closed as soon as it is open. */
async function withoutBody({ status, headers, body }: Response): Promise<Response> {
  await body?.cancel();
  return new Response(null, { status, headers });
}

function refuse(method: string, path: string, taken: string[]): Response {
  if (taken.length === 0) throw new AppError("NOT_FOUND", `There is nothing at ${path}.`);
  const allowed = [...taken, ...(taken.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
  const allow = [...new Set(allowed)].sort().join(", ");
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  return restError(new AppError("METHOD_NOT_ALLOWED", `${path} takes ${allow}, not ${method}.`), { allow });
}

/**
 * Next lets go of `Content-Length`, so the door is told of it (`door/response.ts`). JSON is never long: who is
 * answered while still sending knows by its length that the answer is whole.
 */
async function withLength(response: Response): Promise<Response> {
  const { status, headers } = response;
  const isJson = response.body !== null && headers.get("content-type")?.startsWith("application/json");
  const body = isJson ? await response.arrayBuffer() : null;
  const length = body ? String(body.byteLength) : headers.get("content-length");
  if (length !== null) headers.set(LENGTH_HEADER, length);
  return body ? new Response(body, { status, headers }) : response;
}
