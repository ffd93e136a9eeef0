import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { getSortedRoutes } from "next/dist/shared/lib/router/utils";
import { getRouteMatcher } from "next/dist/shared/lib/router/utils/route-matcher";
import { getRouteRegex } from "next/dist/shared/lib/router/utils/route-regex";
import type { RouteHandler } from "../api/route";

type Handlers = Partial<Record<string, RouteHandler>>;

const FOLDER = fileURLToPath(new URL("../app/api", import.meta.url));
const paths = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("/route.ts"))
  .map((path) => `/api/${dirname(path)}`);
// Loaded ahead of the tests, whose time is not for that.
const routes = await Promise.all(
  getSortedRoutes(paths).map(async (path) => ({
    path,
    match: getRouteMatcher(getRouteRegex(path)),
    handlers: (await import(join(FOLDER, path.slice("/api/".length), "route.ts"))) as Handlers,
  })),
);

/**
 * Answers a request as the route's file does that Next would choose. For rules that have nothing to do with how
 * bytes go over the wire.
 */
export async function askRoute(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  for (const { match, handlers } of routes) {
    const params = match(pathname);
    const handler = params && handlers[request.method];
    if (handler) return handler(request, { params: Promise.resolve(params) });
  }
  throw new Error(`there is no route for ${request.method} ${pathname}`);
}

/** What routes answer by hand, at one address each: as in `GET /api/artifacts/{id}`. */
export function routesByHand(): string[] {
  return routes
    .filter(({ path }) => !/\[\.\.\.|\/api\/trpc\//.test(path))
    .flatMap(({ path, handlers }) =>
      Object.entries(handlers)
        .filter(([, handler]) => handler?.isByHand)
        .map(([method]) => `${method} ${path.replaceAll(/\[(\w+)\]/g, "{$1}")}`),
    );
}
