import { handleHealth } from "./health";
import { openApiDocument } from "./openapi";
import { handleRest } from "./rest";
import { handleEvents, handleLog } from "./streams";
import { handleTrpc } from "./trpc";

type Handler = (request: Request) => Response | Promise<Response>;

const EVENTS = /^\/api\/projects\/([^/]+)\/events$/;
const LOG = /^\/api\/workflow-steps\/([^/]+)\/logs\/([^/]+)$/;

/** Who answers under /api; null where Next does: pages, and the sign-in that NextAuth serves. */
export function findApiHandler(method: string, path: string): Handler | null {
  if (!path.startsWith("/api/") || path.startsWith("/api/auth/") || path === "/api/ping") return null;
  if (path.startsWith("/api/trpc/")) return handleTrpc;
  if (method === "GET") {
    if (path === "/api/health") return handleHealth;
    if (path === "/api/openapi.json") return () => Response.json(openApiDocument());
    const [, project_id] = EVENTS.exec(path) ?? [];
    if (project_id) return (request) => handleEvents(request, project_id);
    const [, step_id, type] = LOG.exec(path) ?? [];
    if (step_id && type) return (request) => handleLog(request, step_id, type);
  }
  return handleRest;
}

/** The same answers for Next's catch-all route, which serves under `npm run dev`. */
export async function answerRequest(request: Request): Promise<Response> {
  const handler = findApiHandler(request.method, new URL(request.url).pathname) ?? handleRest;
  return handler(request);
}
