import mime from "mime";
import {
  type OpenedChanges,
  openArchive,
  openChangedFile,
  openPatch,
} from "../../features/changes/queries/open-changes";
import { ChangedFileQuery, PatchQuery } from "../../features/changes/schema";
import { Id } from "../../lib/ids";
import { contextOf } from "../caller";
import { queryOf } from "../rest/input";
import { isUnchanged } from "./conditions";
import { fileResponse } from "./file-response";
import { describeFile, SAFE } from "./foreign-file";

/** `GET /api/workflow-executions/{id}/changes.patch`: what a run, or one of its steps, changed, for `git apply`. */
export async function handlePatch(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  const { step_id } = PatchQuery.parse(queryIn(request));
  return answer(request, await openPatch(caller, { id: Id.parse(id), step_id }), "text/x-patch");
}

/** `GET /api/workflow-executions/{id}/changes.zip`: all files as the run, or one of its steps, left them. */
export async function handleArchive(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  const { step_id } = PatchQuery.parse(queryIn(request));
  return answer(request, await openArchive(caller, { id: Id.parse(id), step_id }), "application/zip");
}

/** `GET /api/workflow-executions/{id}/changes/file`: one side of a file that changed. */
export async function handleChangedFile(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  const query = ChangedFileQuery.parse(queryIn(request));
  const file = await openChangedFile(caller, { ...query, id: Id.parse(id) });
  return answer(request, file, typeOf(file.name));
}

const queryIn = ({ url }: Request) => queryOf(new URL(url).searchParams);

/** Only what is shown as a picture has a type of its own: nobody has looked at the bytes. */
function typeOf(name: string): string {
  const type = mime.getType(name);
  return type?.startsWith("image/") ? type : "application/octet-stream";
}

function answer(request: Request, { digest, name, size, open }: OpenedChanges, mime_type: string): Response {
  const etag = `"${digest}"`;
  // Asked for again each time, since who may see it can change.
  const headers = new Headers({ etag, "cache-control": "private, no-cache", ...SAFE });
  if (isUnchanged(request.headers, { etag })) return new Response(null, { status: 304, headers });
  describeFile({ mime_type, name }, headers, true);
  if (size !== null) headers.set("content-length", String(size));
  return fileResponse(open(), { headers });
}
