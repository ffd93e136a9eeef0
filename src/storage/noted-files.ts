import { inArray, sql } from "drizzle-orm";
import type { PgInsertValue } from "drizzle-orm/pg-core";
import type { Db, Tx } from "../db/client";
import { storageDeletions } from "../db/schema/storage";
import { AppError } from "../lib/errors";
import { hostIdentity } from "../lib/host";
import { newId } from "../lib/ids";
import { startOfProcess } from "../lib/process-identity";
import type { StorageOwner } from "./storage";

/*
 * The journal of files to delete (the table storage_deletions), so that no row lacks its file and no file its row.
 * A writer notes a file first (`noteFile`) and removes the note in the transaction of the file's row (`keepFile`). A
 * deletion of rows notes their files in its transaction (`noteDeletions`) and deletes them after it (`deleteNoted`).
 * The sweeper finishes what was interrupted.
 */

/** Longer than a request may take, and than it takes to collect a step's files. */
const WRITING_TIME = sql`now() + interval '90 minutes'`;
const ROWS_A_STATEMENT = 1_000;

/** A file that is being written, and its deletion entry. */
export interface NotedFile {
  readonly id: string;
  readonly key: string;
}

const self = { host: hostIdentity(), pid: process.pid, process_started: startOfProcess(process.pid) };

/** Notes a file before its first byte, so that it is deleted unless `keepFile` is called, even if this process dies. */
export async function noteFile(db: Db, owner: StorageOwner, key: string): Promise<NotedFile> {
  const [id = ""] = await note(db, owner, [{ key, due_at: WRITING_TIME, ...self }]);
  return { id, key };
}

/** `noteFile` for many files, in the transaction that found their keys free. */
export async function noteFilesIn(tx: Tx, owner: StorageOwner, keys: string[]): Promise<NotedFile[]> {
  const ids = await note(
    tx,
    owner,
    keys.map((key) => ({ key, due_at: WRITING_TIME, ...self })),
  );
  return keys.map((key, index) => ({ id: ids[index] ?? "", key }));
}

/** Removes a file's entry, in the transaction that makes its row. Throws where the sweeper has already taken it. */
export async function keepFile(tx: Tx, { id }: NotedFile): Promise<void> {
  if ((await keepFiles(tx, [id])).size === 0) {
    throw new AppError("CONFLICT", "The file took too long to arrive and was discarded. Send it again.");
  }
}

/** `keepFile` for many files. Returns the ids of those that were not yet deleted. */
export async function keepFiles(tx: Tx, ids: string[]): Promise<Set<string>> {
  const crossed = await tx
    .delete(storageDeletions)
    .where(inArray(storageDeletions.id, ids))
    .returning({ id: storageDeletions.id });
  return new Set(crossed.map((row) => row.id));
}

/** What is to be deleted: one file, or all files below a key. */
export interface Deletion {
  key: string;
  is_prefix: boolean;
}

/**
 * Notes which files to delete, in the transaction that deletes their rows. `made_by_us`: whether WHOLE_PROJECT includes
 * the project's folder. Returns ids for `deleteNoted`.
 */
export async function noteDeletions(
  tx: Tx,
  owner: StorageOwner,
  deletions: Deletion[],
  made_by_us = false,
): Promise<string[]> {
  return note(
    tx,
    owner,
    deletions.map((deletion) => ({ ...deletion, made_by_us })),
  );
}

type Entry = Omit<PgInsertValue<typeof storageDeletions>, "id" | "project_id" | "project_path">;

/** Makes entries for files of a project, and returns their ids. */
async function note(
  db: Pick<Tx, "insert">,
  { id: project_id, path: project_path }: StorageOwner,
  entries: Entry[],
): Promise<string[]> {
  const rows = entries.map((entry) => ({ ...entry, id: newId(), project_id, project_path }));
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    await db.insert(storageDeletions).values(rows.slice(at, at + ROWS_A_STATEMENT));
  }
  return rows.map(({ id }) => id);
}

/** The key of all that Phaseboard made for a project: its objects, and its folder if Phaseboard made that. */
export const WHOLE_PROJECT = "";
