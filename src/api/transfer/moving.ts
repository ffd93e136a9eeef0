import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { countWrite } from "../../auth/write-limit";
import { importProject } from "../../features/moving/commands/import-project";
import { openExport } from "../../features/moving/open-export";
import { AppError } from "../../lib/errors";
import { Id } from "../../lib/ids";
import { unknownField } from "../../lib/input";
import { contextOf } from "../caller";
import { refuseQuery } from "../rest/input";
import { fileResponse } from "./file-response";
import { describeFile, SAFE } from "./foreign-file";
import { readForm } from "./multipart";

/** `GET /api/projects/{id}/export`: the project as one archive, as it is read. */
export async function handleExport(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  refuseQuery(request);
  const { name, stream } = await openExport(caller, { id: Id.parse(id) });
  const headers = new Headers({ "cache-control": "no-store", ...SAFE });
  describeFile({ mime_type: "application/gzip", name }, headers, false);
  return fileResponse(stream, { headers });
}

/** `POST /api/projects/import`: a multipart form with the archive as its `file`, unpacked as it comes. */
export async function handleImport(request: Request): Promise<Response> {
  const caller = await contextOf(request);
  if (caller.write_refusal !== null) throw new AppError("FORBIDDEN", caller.write_refusal);
  refuseQuery(request);
  await countWrite(caller.actor.user_id);
  const body = request.body ? Readable.fromWeb(request.body as NodeReadableStream) : Readable.from([]);
  const { taken } = await readForm(
    body,
    request.headers,
    async ({ bytes }, before) => {
      const [unknown] = before.keys();
      if (unknown === undefined) return importProject(caller, bytes);
      const fault = unknownField(unknown, ["file"]);
      throw new AppError("BAD_REQUEST", `${unknown} ${fault}.`, [{ path: unknown, message: fault }]);
    },
    // The disk is the limit, which the import looks at itself.
    Number.MAX_SAFE_INTEGER,
  );
  return Response.json({ data: taken }, { status: 201, headers: { "cache-control": "no-store" } });
}
