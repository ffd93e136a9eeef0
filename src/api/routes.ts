import { AppError } from "../lib/errors";
import { checkInput } from "../trpc/check-input";
import { handleAuth } from "./auth";
import { handleDocs, handleDocsFile } from "./docs";
import { handleDownload } from "./downloads";
import { handleHealth } from "./health";
import { handleHook } from "./hooks";
import { openApiDocument } from "./openapi";
import { handleRunOutput, handleStepOutput } from "./outputs";
import { handleRest, restError, restMethods } from "./rest";
import { decodePath } from "./rest-input";
import { handleEvents, handleLog, handleRunLog, handleTranscript } from "./streams";
import { handleTrpc } from "./trpc";
import { handleUpload } from "./uploads";

type Params = Record<string, string>;
type Handler = (request: Request) => Response | Promise<Response>;
type RouteHandler = (request: Request, params: Params) => Response | Promise<Response>;

/**
 * What is served by hand beside the procedures. A GET answers HEAD too, unless the path has a HEAD of its
 * own. The OpenAPI document and the access test must know each of them.
 */
export const ROUTES: Record<string, RouteHandler> = {
  "GET /api/health": handleHealth,
  "GET /api/openapi.json": () => Response.json(openApiDocument()),
  "GET /api/docs": handleDocs,
  "GET /api/docs/{file}": (_, { file = "" }) => handleDocsFile(file),
  "GET /api/projects/{id}/events": (request, { id = "" }) => handleEvents(request, id),
  "GET /api/workflow-steps/{id}/logs/{type}": (request, { id = "", type = "" }) =>
    handleLog(request, id, type),
  "GET /api/workflow-steps/{id}/output": (request, { id = "" }) => handleStepOutput(request, id),
  "GET /api/workflow-executions/{id}/output": (request, { id = "" }) => handleRunOutput(request, id),
  "GET /api/workflow-executions/{id}/log": (request, { id = "" }) => handleRunLog(request, id),
  "GET /api/agent-sessions/{id}/transcript": (request, { id = "" }) => handleTranscript(request, id),
  "POST /api/workflow-executions/{run_id}/artifacts": (request, { run_id = "" }) =>
    handleUpload(request, run_id),
  "POST /api/hooks/{trigger_id}": (request, { trigger_id = "" }) => handleHook(request, trigger_id),
  "GET /api/artifacts/{id}": (request, { id = "" }) => handleDownload(request, id),
  "HEAD /api/artifacts/{id}": (request, { id = "" }) => handleDownload(request, id),
};

const routes = Object.entries(ROUTES).map(([route, handle]) => {
  const [method = "", path = ""] = route.split(" ");
  return { method, handle, pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}/?$`) };
});

/** Who answers under /api; null where Next does, which serves the pages. */
export function findApiHandler(method: string, path: string): Handler | null {
  if (!path.startsWith("/api/") || path === "/api/ping") return null;
  if (path.startsWith("/api/auth/")) return guarded(handleAuth);
  if (path.startsWith("/api/trpc/")) return handleTrpc;
  const here = routes.filter(({ pattern }) => pattern.test(path));
  const answers = (wanted: string) => here.find((route) => route.method === wanted);
  const found = answers(method);
  if (found) return guarded((request) => found.handle(request, paramsOf(found.pattern, path)));
  const methods = [...new Set([...here.map((route) => route.method), ...restMethods(path)])];
  if (methods.includes(method)) return handleRest;
  if (method === "HEAD" && methods.includes("GET")) {
    const get = answers("GET");
    return bodiless(
      get ? guarded((request) => get.handle(request, paramsOf(get.pattern, path))) : handleRest,
    );
  }
  return guarded(() => refuse(method, path, methods));
}

/** The same answers for Next's catch-all route, which serves under `npm run dev`. */
export async function answerRequest(request: Request): Promise<Response> {
  const handler = findApiHandler(request.method, new URL(request.url).pathname) ?? handleRest;
  return handler(request);
}

function paramsOf(pattern: RegExp, path: string): Params {
  const groups = pattern.exec(path)?.groups ?? {};
  const params = Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodePath(value)]));
  checkInput(params);
  return params;
}

/** Answers what a handler throws in REST's shape. */
function guarded(handler: Handler): Handler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (thrown) {
      return restError(thrown);
    }
  };
}

/** What a GET would say, without its body; a stream is closed as soon as it is open. */
function bodiless(get: Handler): Handler {
  return async (request) => {
    const { url, headers, signal } = request;
    const { body, ...answer } = partsOf(await get(new Request(url, { headers, signal })));
    await body?.cancel();
    return new Response(null, answer);
  };
}

function partsOf({ status, headers, body }: Response) {
  return { status, headers, body };
}

function refuse(method: string, path: string, methods: string[]): Response {
  if (methods.length === 0) throw new AppError("NOT_FOUND", `There is nothing at ${path}.`);
  const allowed = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
  const allow = [...new Set(allowed)].sort().join(", ");
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  return restError(new AppError("METHOD_NOT_ALLOWED", `${path} takes ${allow}, not ${method}.`), { allow });
}
