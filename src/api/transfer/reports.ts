import { openReportFile } from "../../features/artifacts/reports/open-report";
import { web } from "../../trpc/web";
import { sendArtifact } from "./downloads";

/**
 * `GET` and `HEAD /api/reports/{link}/{name}`: a page that a step made, or one of its files. The page runs what it likes,
 * and reaches nothing: it has no origin, so no cookies, storage or answers of ours, and may load nothing but the files
 * below its own link.
 */
export async function handleReport(request: Request, link: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  const name = decodeURIComponent(pathname.split("/").slice(4).join("/"));
  const { db, secret } = web();
  const readable = await openReportFile({ db, secret }, link, name);
  const { mime_type } = readable.artifact;
  return sendArtifact(request, readable, safeFor(request, link), (headers) => {
    headers.set("content-type", mime_type.startsWith("text/") ? `${mime_type}; charset=utf-8` : mime_type);
  });
}

/** A host that can stand in a policy. */
const HOST = /^[\w.-]+(?::\d+)?$/;

function safeFor({ headers }: Request, link: string): Record<string, string> {
  const host = headers.get("host") ?? "";
  const own = HOST.test(host) ? `${host}/api/reports/${link}/` : "'self'";
  return {
    "content-security-policy": [
      "sandbox allow-scripts",
      `default-src ${own} 'unsafe-inline' 'unsafe-eval' data: blob:`,
      `base-uri ${own}`,
      "form-action 'none'",
      "frame-ancestors 'self'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    // The page is of no origin, so its own files are of another one to it. Whoever has the link may read them.
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
  };
}
