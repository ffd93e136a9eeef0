import { type ReadableArtifact, readArtifact } from "../../features/artifacts/open-artifact";
import { flag, inputOf } from "../../lib/input";
import { contextOf } from "../caller";
import { queryOf } from "../rest/input";
import { isUnchanged, rangeOf } from "./conditions";
import { fileResponse } from "./file-response";
import { describeFile, SAFE } from "./foreign-file";

const DownloadQuery = inputOf({ inline: flag(false) });

/**
 * `GET` and `HEAD /api/artifacts/{id}`: the artifact's bytes, whole or one range of them. With `?inline=1`
 * what a browser shows safely is for showing, all else is for saving.
 */
export async function handleDownload(request: Request, id: string): Promise<Response> {
  const { db, actor } = await contextOf(request);
  const { inline } = DownloadQuery.parse(queryOf(new URL(request.url).searchParams));
  const readable = await readArtifact({ db, actor }, id);
  const { artifact } = readable;
  const validators = { etag: `"${artifact.sha256}"`, modified_at: new Date(artifact.created_at) };
  const headers = new Headers({
    etag: validators.etag,
    "last-modified": validators.modified_at.toUTCString(),
    // Asked for again each time, since who may see it can change; its bytes never do.
    "cache-control": "private, no-cache",
    ...SAFE,
  });
  if (isUnchanged(request.headers, validators)) return new Response(null, { status: 304, headers });
  headers.set("accept-ranges", "bytes");
  return send(request, readable, validators, headers, inline);
}

async function send(
  { method, headers: asked }: Request,
  { artifact, open, check }: ReadableArtifact,
  validators: Parameters<typeof rangeOf>[2],
  headers: Headers,
  wantsInline: boolean,
): Promise<Response> {
  const size = artifact.size_bytes;
  const range = method === "HEAD" ? null : rangeOf(asked, size, validators);
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${size}`);
    headers.set("content-length", "0");
    return new Response(null, { status: 416, headers });
  }
  describeFile(artifact, headers, wantsInline);
  headers.set("content-length", String(range ? range.end - range.start + 1 : size));
  if (method === "HEAD") {
    await check();
    return new Response(null, { headers });
  }
  if (!range) return fileResponse(await open(), { headers });
  headers.set("content-range", `bytes ${range.start}-${range.end}/${size}`);
  return fileResponse(await open(range), { status: 206, headers });
}
