import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { readOnce } from "../../auth/once";
import { countWrite } from "../../auth/write-limit";
import {
  abandonUpload,
  beginUpload,
  finishUpload,
  type StoredUpload,
  storeUpload,
} from "../../features/artifacts/commands/upload-artifact";
import { UploadFields } from "../../features/artifacts/schema";
import { AppError } from "../../lib/errors";
import { recordRefusal } from "../../trpc/record-refusal";
import { contextOf } from "../caller";
import { refuseQuery } from "../rest/input";
import { readForm } from "./multipart";

/**
 * `POST /api/workflow-executions/{id}/artifacts`: a multipart form with one `file` and its fields, in any
 * order. The file goes to the storage as it comes, never as a whole through memory.
 */
export async function handleUpload(request: Request, run_id: string): Promise<Response> {
  const context = await contextOf(request);
  try {
    return await takeUpload(request, context, run_id);
  } catch (error) {
    await recordRefusal(context, "artifacts.upload", error, { run_id });
    throw error;
  }
}

async function takeUpload(
  request: Request,
  { db, actor, address, write_refusal, secret, idempotency_key }: Awaited<ReturnType<typeof contextOf>>,
  run_id: string,
): Promise<Response> {
  if (write_refusal !== null) throw new AppError("FORBIDDEN", write_refusal);
  refuseQuery(request);
  await countWrite(actor.user_id);
  const caller = { db, actor, address };
  const upload = await beginUpload(caller, run_id);
  let stored: StoredUpload | undefined;
  try {
    const { fields, taken } = await readForm(bodyOf(request), request.headers, async (file, before) => {
      const named = { step_id: before.get("step_id"), name: before.get("name") || file.name };
      stored = await storeUpload(caller, upload, named, file.bytes);
      return { name: file.name, stored };
    });
    const given = UploadFields.parse({
      step_id: fields.get("step_id"),
      name: taken.name || undefined,
      // One that is left empty is as none.
      ...Object.fromEntries(
        [...fields].filter(([name, value]) => value !== "" || !(name in UploadFields.shape)),
      ),
    });
    const asked = ["artifacts.upload", { ...given, run_id, sha256: taken.stored.sha256 }];
    const once = readOnce(idempotency_key, secret, asked);
    const artifact = await finishUpload({ ...caller, once }, upload, given, taken.stored);
    return Response.json({ data: artifact }, { status: 201, headers: { "cache-control": "no-store" } });
  } catch (error) {
    if (stored) await abandonUpload(caller, stored);
    throw error;
  }
}

function bodyOf({ body }: Request): Readable {
  return body ? Readable.fromWeb(body as NodeReadableStream) : Readable.from([]);
}
