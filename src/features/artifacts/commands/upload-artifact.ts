import { and, eq, isNotNull } from "drizzle-orm";
import { authorizeRun, type Caller, type RunScope } from "../../../auth/scope";
import type { Db } from "../../../db/client";
import { workflowArtifacts } from "../../../db/schema/comments";
import { workflowRuns } from "../../../db/schema/runs";
import { uploadKey } from "../../../engine/logs/paths";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { createOnce } from "../../../events/create-once";
import { audit, emit } from "../../../events/emit";
import { newId } from "../../../lib/ids";
import { keepFile, type NotedFile, noteFile } from "../../../storage/noted-files";
import type { StorageOwner } from "../../../storage/storage";
import { deleteNoted } from "../../../storage/sweep";
import { getStepRow } from "../../in-run/get-step-row";
import { getProjectPath } from "../../projects/queries";
import { addTaken } from "../../room/add-taken";
import { requireRoom } from "../../room/require-room";
import { deriveType } from "../derive-type";
import { getArtifactRow } from "../queries";
import { reserveNames } from "../reserve-names";
import type { Artifact, UploadFields } from "../schema";
import { type FileKept, moveFile, storeFile } from "../store-file";
import { checkComment } from "./check-comment";

type Step = Awaited<ReturnType<typeof getStepRow>>;

/** An upload that the gate has allowed. */
export interface Upload {
  scope: RunScope;
  owner: StorageOwner;
  /** Id of the artifact that the upload will create. */
  id: string;
}

/** Checks the sender's rights, and that there is room, before any byte of the upload is read. */
export async function beginUpload(caller: Caller, run_id: string): Promise<Upload> {
  const scope = await authorizeRun(caller, run_id, "run:write");
  const path = await getProjectPath(caller.db, scope);
  const owner = { id: scope.project_id, path };
  await requireRoom(caller.db, owner);
  return { scope, owner, id: newId() };
}

/** An upload's stored bytes and the step for which they were stored; null if the step is not known yet. */
export interface StoredUpload extends FileKept {
  place: string | null;
}

/**
 * Stores the bytes as they arrive. `step_id` is undefined when the form names the step after the file. Throws
 * NOT_FOUND if the run has no such step, INSUFFICIENT_STORAGE if there is no room.
 */
export async function storeUpload(
  caller: Caller,
  { scope, owner, id }: Upload,
  { step_id, name }: { step_id: string | undefined; name: string | undefined },
  bytes: AsyncIterable<Uint8Array>,
): Promise<StoredUpload> {
  const db = bookkeepingOf(caller);
  const { run_id } = scope;
  const step = step_id === undefined ? null : await getStepRow(db, run_id, step_id);
  if (!step || !name) {
    const noted = await noteFile(db, owner, uploadKey(run_id, id));
    return { ...(await storeFile(db, owner, noted, bytes)), place: null };
  }
  const noted = await reserve(db, owner, scope, step, name);
  return { ...(await storeFile(db, owner, noted, bytes)), place: placeOf(step, name) };
}

/**
 * Creates the artifact of a stored upload and attaches it to the comment, if one is named. Deletes the file
 * when it throws: NOT_FOUND for the step, and as `checkComment`.
 */
export async function finishUpload(
  caller: Caller,
  upload: Upload,
  fields: UploadFields,
  stored: StoredUpload,
): Promise<Artifact> {
  let file: FileKept = stored;
  try {
    const db = bookkeepingOf(caller);
    const { scope, owner, id } = upload;
    const { comment_id } = fields;
    const step = await getStepRow(db, scope.run_id, fields.step_id);
    if (stored.place !== placeOf(step, fields.name)) {
      file = await moveFile(db, owner, file, await reserve(db, owner, scope, step, fields.name));
    }
    const derived = await deriveType(fields.name, file.head);
    const artifact = await createOnce<Artifact>(caller, scope, "artifacts.upload", (commit) =>
      commit(async (tx) => {
        await keepFile(tx, file.noted);
        if (comment_id) await checkComment(tx, scope, comment_id);
        await tx.insert(workflowArtifacts).values({
          id,
          workflow_run_step_id: step.id,
          workflow_comment_id: comment_id ?? null,
          name: fields.name,
          file_path: file.noted.key,
          file_type: fields.file_type ?? derived.file_type,
          mime_type: derived.mime_type,
          size_bytes: file.size_bytes,
          sha256: file.sha256,
        });
        // Retention has looked at this run's artifacts, and has to look again.
        await tx
          .update(workflowRuns)
          .set({ artifacts_removed_at: null })
          .where(and(eq(workflowRuns.id, scope.run_id), isNotNull(workflowRuns.artifacts_removed_at)));
        const { name } = fields;
        audit(tx, {
          target: { type: "artifact", id, name },
          after: { run_id: scope.run_id, sha256: file.sha256 },
        });
        const made = { execution_id: scope.run_id, artifact_id: id };
        emit(tx, scope, "workflow.artifact.created", { ...made, step_id: step.step_id });
        if (comment_id) emit(tx, scope, "workflow.artifact.attached", { ...made, comment_id });
        return getArtifactRow(tx, id);
      }),
    );
    // An earlier upload with the same idempotency key won: delete this upload's file.
    if (artifact.id !== id) await deleteNoted(db, [file.noted.id]);
    else await addTaken(db, owner.id, "artifacts_bytes", file.size_bytes);
    return artifact;
  } catch (error) {
    await deleteNoted(bookkeepingOf(caller), [file.noted.id]);
    throw error;
  }
}

/** Deletes the stored file of an upload that was aborted or failed. */
export function abandonUpload(caller: Caller, { noted }: FileKept): Promise<void> {
  return deleteNoted(bookkeepingOf(caller), [noted.id]);
}

async function reserve(
  db: Db,
  owner: StorageOwner,
  { run_id }: RunScope,
  { step_id }: Step,
  name: string,
): Promise<NotedFile> {
  const [noted] = await reserveNames(db, owner, { run_id, step_id }, [name]);
  if (!noted) throw new Error("no name was reserved");
  return noted;
}

const placeOf = ({ id }: Step, name: string) => `${id}/${name}`;
