import { eq, inArray, sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import { storageDeletions } from "../db/schema/storage";
import { AppError } from "../lib/errors";
import { hostIdentity } from "../lib/host";
import { newId } from "../lib/ids";
import { startOfProcess } from "../lib/process-identity";
import type { StorageOwner } from "./storage";

/*
 * The journal of files that are to go (the table storage_deletions). Whoever writes a file that a row will
 * point at writes it down first (`noteFile`) and crosses it out in the row's own transaction (`keepFile`);
 * whoever deletes rows writes down their files in the same transaction (`noteDeletions`) and has them deleted
 * after it (`deleteNoted`). What is cut off in between is finished by the sweeper: no row points at nothing,
 * and no file stays without its row.
 */

/** Longer than a request may take, and than a step's files take to be collected. */
const WRITING_TIME = sql`now() + interval '90 minutes'`;
const ROWS_A_STATEMENT = 1_000;

/** A file that is being written. */
export interface NotedFile {
  readonly id: string;
  readonly key: string;
}

const self = { host: hostIdentity(), pid: process.pid, process_started: startOfProcess(process.pid) };

/** Writes a file down before its first byte: it goes unless `keepFile` comes, also when this process is killed. */
export async function noteFile(
  db: Db,
  { id: project_id, path }: StorageOwner,
  key: string,
): Promise<NotedFile> {
  const id = newId();
  await db
    .insert(storageDeletions)
    .values({ id, project_id, project_path: path, key, due_at: WRITING_TIME, ...self });
  return { id, key };
}

/** As `noteFile` for many at once, in the transaction that has found their keys free. */
export async function noteFilesIn(
  tx: Tx,
  { id: project_id, path }: StorageOwner,
  keys: string[],
): Promise<NotedFile[]> {
  const rows = keys.map((key) => ({
    id: newId(),
    project_id,
    project_path: path,
    key,
    due_at: WRITING_TIME,
    ...self,
  }));
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    await tx.insert(storageDeletions).values(rows.slice(at, at + ROWS_A_STATEMENT));
  }
  return rows.map(({ id, key }) => ({ id, key }));
}

/** Crosses a file out, in the transaction that makes its row. Throws where the sweeper has taken it meanwhile. */
export async function keepFile(tx: Tx, { id }: NotedFile): Promise<void> {
  const crossed = await tx
    .delete(storageDeletions)
    .where(eq(storageDeletions.id, id))
    .returning({ id: storageDeletions.id });
  if (crossed.length === 0) {
    throw new AppError("CONFLICT", "The file took too long to arrive and was discarded. Send it again.");
  }
}

/** As `keepFile` for many at once. Returns the ids of those that are still there to be kept. */
export async function keepFiles(tx: Tx, ids: string[]): Promise<Set<string>> {
  const crossed = await tx
    .delete(storageDeletions)
    .where(inArray(storageDeletions.id, ids))
    .returning({ id: storageDeletions.id });
  return new Set(crossed.map((row) => row.id));
}

/** What is to go: one file, or all below a key. */
export interface Deletion {
  key: string;
  is_prefix: boolean;
}

/**
 * Writes down, in the transaction that deletes their rows, which files have to go after it; `made_by_us` of
 * the project says whether WHOLE_PROJECT is its folder too. Returns what `deleteNoted` asks for.
 */
export async function noteDeletions(
  tx: Tx,
  { id: project_id, path }: StorageOwner,
  deletions: Deletion[],
  made_by_us = false,
): Promise<string[]> {
  const rows = deletions.map((deletion) => ({
    id: newId(),
    project_id,
    project_path: path,
    made_by_us,
    ...deletion,
  }));
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    await tx.insert(storageDeletions).values(rows.slice(at, at + ROWS_A_STATEMENT));
  }
  return rows.map((row) => row.id);
}

/** The key of all that Phaseboard has made for a project: its objects, and its folder where that is ours. */
export const WHOLE_PROJECT = "";
