import { z } from "zod";
import { openEntry } from "../../features/artifacts/archives/read-archive";
import { typeOfName } from "../../features/artifacts/derive-type";
import { openAllArtifacts } from "../../features/artifacts/open-all";
import { type ReadableArtifact, readArtifact } from "../../features/artifacts/open-artifact";
import { AllArtifactsQuery } from "../../features/artifacts/schema";
import { Id } from "../../lib/ids";
import { flag, inputOf } from "../../lib/input";
import { contextOf } from "../caller";
import { queryOf } from "../rest/input";
import { isUnchanged, rangeOf } from "./conditions";
import { fileResponse } from "./file-response";
import { describeFile, SAFE } from "./foreign-file";

const DownloadQuery = inputOf({ inline: flag(false) });
const Position = z.coerce.number("is the position of an entry").int().min(0).max(1_000_000);

/**
 * `GET` and `HEAD /api/artifacts/{id}`: the artifact's bytes, whole or one range of them. With `?inline=1`
 * what a browser shows safely is for showing, all else is for saving.
 */
export async function handleDownload(request: Request, id: string): Promise<Response> {
  const { db, actor } = await contextOf(request);
  const { inline } = DownloadQuery.parse(queryOf(new URL(request.url).searchParams));
  const readable = await readArtifact({ db, actor }, id);
  return sendArtifact(request, readable, SAFE, (headers) => describeFile(readable.artifact, headers, inline));
}

/** An artifact's bytes, or one range of them. `safe`: what a browser may do with them; `say` tells what they are. */
export async function sendArtifact(
  request: Request,
  readable: ReadableArtifact,
  safe: Record<string, string>,
  say: (headers: Headers) => void,
): Promise<Response> {
  const { artifact } = readable;
  const validators = { etag: `"${artifact.sha256}"`, modified_at: new Date(artifact.created_at) };
  const headers = new Headers({
    etag: validators.etag,
    "last-modified": validators.modified_at.toUTCString(),
    // Asked for again each time, since who may see it can change; its bytes never do.
    "cache-control": "private, no-cache",
    ...safe,
  });
  if (isUnchanged(request.headers, validators)) return new Response(null, { status: 304, headers });
  headers.set("accept-ranges", "bytes");
  return send(request, readable, validators, headers, say);
}

/** `GET /api/artifacts/{id}/entries/{position}`: a file in an archive, unpacked as it is sent. */
export async function handleEntry(request: Request, id: string, position: string): Promise<Response> {
  const caller = await contextOf(request);
  const { inline } = DownloadQuery.parse(queryOf(new URL(request.url).searchParams));
  const readable = await readArtifact(caller, Id.parse(id));
  const at = Position.parse(position);
  const etag = `"${readable.artifact.sha256}-${at}"`;
  const headers = new Headers({ etag, "cache-control": "private, no-cache", ...SAFE });
  if (isUnchanged(request.headers, { etag })) return new Response(null, { status: 304, headers });
  const { name, size_bytes, stream } = await openEntry(readable, at);
  const base = name.slice(name.lastIndexOf("/") + 1) || "file";
  describeFile({ mime_type: typeOfName(base), name: base }, headers, inline);
  headers.set("content-length", String(size_bytes));
  return fileResponse(stream, { headers });
}

/** `GET` and `HEAD /api/workflow-executions/{id}/artifacts.zip`: all artifacts of a run, or of one of its steps. */
export async function handleAllArtifacts(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  const query = AllArtifactsQuery.parse(queryOf(new URL(request.url).searchParams));
  const { name, size, open } = await openAllArtifacts(caller, { ...query, id: Id.parse(id) });
  const headers = new Headers({ "cache-control": "no-store", ...SAFE, "content-length": String(size) });
  describeFile({ mime_type: "application/zip", name }, headers, false);
  return request.method === "HEAD" ? new Response(null, { headers }) : fileResponse(open(), { headers });
}

async function send(
  { method, headers: asked }: Request,
  { artifact, open, check }: ReadableArtifact,
  validators: Parameters<typeof rangeOf>[2],
  headers: Headers,
  say: (headers: Headers) => void,
): Promise<Response> {
  const size = artifact.size_bytes;
  const range = method === "HEAD" ? null : rangeOf(asked, size, validators);
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${size}`);
    headers.set("content-length", "0");
    return new Response(null, { status: 416, headers });
  }
  say(headers);
  headers.set("content-length", String(range ? range.end - range.start + 1 : size));
  if (method === "HEAD") {
    await check();
    return new Response(null, { headers });
  }
  if (!range) return fileResponse(await open(), { headers });
  headers.set("content-range", `bytes ${range.start}-${range.end}/${size}`);
  return fileResponse(await open(range), { status: 206, headers });
}
