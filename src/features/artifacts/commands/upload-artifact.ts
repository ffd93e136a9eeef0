import { authorizeRun, type Caller, type RunScope } from "../../../auth/scope";
import { workflowArtifacts } from "../../../db/schema/comments";
import { uploadKey } from "../../../engine/logs/paths";
import { createOnce } from "../../../events/create-once";
import { emit } from "../../../events/emit";
import { newId } from "../../../lib/ids";
import { keepFile, type NotedFile, noteFile } from "../../../storage/journal";
import type { StorageOwner } from "../../../storage/storage";
import { deleteNoted } from "../../../storage/sweep";
import { getProjectPath } from "../../projects/queries";
import { getStepRow } from "../../steps/queries/get-step-row";
import { deriveType } from "../derive-type";
import { getArtifactRow } from "../queries";
import { reserveNames } from "../reserve-names";
import type { Artifact, UploadFields } from "../schema";
import { moveFile, type StoredFile, storeFile } from "../store-file";
import { checkComment } from "./check-comment";

type Step = Awaited<ReturnType<typeof getStepRow>>;

/** An upload whose sender was let in. */
export interface Upload {
  scope: RunScope;
  owner: StorageOwner;
  /** Of the artifact to be. */
  id: string;
}

/** The gate of an upload, before a byte of it is read. */
export async function beginUpload(caller: Caller, run_id: string): Promise<Upload> {
  const scope = await authorizeRun(caller, run_id, "run:write");
  const path = await getProjectPath(caller.db, scope);
  return { scope, owner: { id: scope.project_id, path }, id: newId() };
}

/** The bytes of an upload, and the place for which they were kept; null where that is still to be told. */
export interface StoredUpload extends StoredFile {
  place: string | null;
}

/**
 * Keeps the bytes as they come; `step_id` is undefined where the form names the step behind the file. Throws
 * NOT_FOUND where the run has no such step, INSUFFICIENT_STORAGE where there is no room.
 */
export async function storeUpload(
  { db }: Caller,
  { scope, owner, id }: Upload,
  { step_id, name }: { step_id: string | undefined; name: string | undefined },
  bytes: AsyncIterable<Uint8Array>,
): Promise<StoredUpload> {
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
 * Makes the artifact of a stored upload, attached to a comment where one is named. The file goes where that
 * throws: NOT_FOUND for the step, and as `checkComment`.
 */
export async function finishUpload(
  caller: Caller,
  upload: Upload,
  fields: UploadFields,
  stored: StoredUpload,
): Promise<Artifact> {
  let file: StoredFile = stored;
  try {
    const { db } = caller;
    const { scope, owner, id } = upload;
    const step = await getStepRow(db, scope.run_id, fields.step_id);
    if (stored.place !== placeOf(step, fields.name)) {
      file = await moveFile(db, owner, file, await reserve(db, owner, scope, step, fields.name));
    }
    const derived = await deriveType(fields.name, file.head);
    const artifact = await createOnce<Artifact>(caller, (commit) =>
      commit(async (tx) => {
        await keepFile(tx, file.noted);
        if (fields.comment_id !== undefined) await checkComment(tx, scope, fields.comment_id);
        await tx.insert(workflowArtifacts).values({
          id,
          workflow_run_step_id: step.id,
          workflow_comment_id: fields.comment_id ?? null,
          name: fields.name,
          file_path: file.noted.key,
          file_type: fields.file_type ?? derived.file_type,
          mime_type: derived.mime_type,
          size_bytes: file.size_bytes,
          sha256: file.sha256,
        });
        tellOf(tx, scope, id, step, fields.comment_id);
        return getArtifactRow(tx, id);
      }),
    );
    // An earlier upload under the same key stands in its place.
    if (artifact.id !== id) await deleteNoted(db, [file.noted.id]);
    return artifact;
  } catch (error) {
    await deleteNoted(caller.db, [file.noted.id]);
    throw error;
  }
}

/** Deletes what was stored of an upload that came to nothing. */
export function abandonUpload({ db }: Caller, { noted }: StoredFile): Promise<void> {
  return deleteNoted(db, [noted.id]);
}

async function reserve(
  db: Caller["db"],
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

function tellOf(
  tx: Parameters<typeof emit>[0],
  scope: RunScope,
  artifact_id: string,
  { step_id }: Step,
  comment_id: string | undefined,
): void {
  const execution_id = scope.run_id;
  emit(tx, scope, "workflow.artifact.created", { execution_id, artifact_id, step_id });
  if (comment_id !== undefined) {
    emit(tx, scope, "workflow.artifact.attached", { execution_id, artifact_id, comment_id });
  }
}
