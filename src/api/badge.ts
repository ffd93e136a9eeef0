import { createHash } from "node:crypto";
import { z } from "zod";
import { readBadge, readPublicBadge } from "../features/definitions/read-badge";
import { DefinitionName } from "../features/definitions/schema";
import { inputOf } from "../lib/input";
import { web } from "../trpc/web";
import { contextOf } from "./caller";
import { queryOf } from "./rest/input";
import { isUnchanged } from "./transfer/conditions";

const BadgeQuery = inputOf({ key: z.string().max(100).optional() });

/**
 * `GET /api/workflows/{id}/badge.svg`: how its last run ended, as a picture for pages elsewhere. Whoever has the key of
 * its address may see it; without one it is for readers of the project.
 */
export async function handleBadge(request: Request, id: string): Promise<Response> {
  const { key } = BadgeQuery.parse(queryOf(new URL(request.url).searchParams));
  const name = DefinitionName.parse(id);
  const svg =
    key === undefined
      ? await readBadge(await contextOf(request), name)
      : await readPublicBadge(web().db, name, key);
  const etag = `"${createHash("sha256").update(svg).digest("base64url")}"`;
  const headers = new Headers({
    etag,
    // Readers may lose their right; what everybody sees may be a minute old.
    "cache-control": key === undefined ? "private, no-cache" : "public, max-age=60",
    "cross-origin-resource-policy": key === undefined ? "same-origin" : "cross-origin",
  });
  if (isUnchanged(request.headers, { etag })) return new Response(null, { status: 304, headers });
  headers.set("content-type", "image/svg+xml; charset=utf-8");
  headers.set("content-length", String(Buffer.byteLength(svg)));
  return new Response(svg, { headers });
}
