import { eq, inArray, sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import { idempotencyKeys } from "../db/schema/idempotency";
import { storageDeletions } from "../db/schema/storage";
import { hostIdentity } from "../lib/host";
import { logger } from "../lib/logger";
import { startOfProcess } from "../lib/process-identity";
import { areFilesHeld } from "./hold-files";
import { createLocalStorage, isFolder } from "./local";
import { WHOLE_PROJECT } from "./noted-files";
import { deleteObjectsOf, openStorage } from "./open-storage";
import { emptyTrash, isTaken, listFolders, lockFolders, moveToTrash } from "./own-folder";

const SWEEP_MS = 30_000;
/** Number of files that one transaction deletes at most, to keep it short. */
const BATCH = 20;
/** Time between two tries to delete a file. */
const RETRY = sql`now() + interval '1 hour'`;
/** Time after which a file is given up, as when its folder is gone for good. */
const GIVE_UP = sql`interval '7 days'`;

type Row = typeof storageDeletions.$inferSelect;

/** Deletes noted files, after the transaction that noted them. Never throws: the sweeper retries what fails. */
export async function deleteNoted(db: Db, ids: string[]): Promise<void> {
  try {
    for (let at = 0; at < ids.length; at += BATCH) await deleteBatch(db, ids.slice(at, at + BATCH));
  } catch (error) {
    logger.warn({ err: error }, "files are left to the sweeper");
  }
}

/**
 * Deletes files that are due or whose writer died, empties the trash after a week, and forgets stored results of
 * creates after a day. Safe in several processes at once. Returns the number of entries that are done.
 */
export async function sweep(db: Db): Promise<number> {
  await db.delete(idempotencyKeys).where(sql`${idempotencyKeys.created_at} < now() - interval '24 hours'`);
  await emptyTrash();
  let settled = 0;
  for (let after = ""; ; ) {
    const rows = await listCandidates(db, after);
    const due = rows.filter(({ is_due, pid, process_started }) => {
      return is_due || pid === null || startOfProcess(pid) !== process_started;
    });
    settled += await deleteBatch(
      db,
      due.map((row) => row.id),
    );
    const last = rows.at(-1);
    if (!last) return settled;
    after = last.id;
  }
}

/** Sweeps now and every half minute, until `stop`. */
export function startSweeper(db: Db): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async () => {
    await sweep(db).catch((error: unknown) => logger.warn({ err: error }, "files could not be swept"));
    if (stopped) return;
    timer = setTimeout(() => {
      running = round();
    }, SWEEP_MS);
    timer.unref();
  };
  let running = round();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Entries that are due, and those of this machine's writers, which may have died. */
function listCandidates(db: Db, after: string) {
  const { id, pid, process_started, due_at, host } = storageDeletions;
  return db
    .select({ id, pid, process_started, is_due: sql<boolean>`${due_at} <= now()` })
    .from(storageDeletions)
    .where(sql`${id} > ${after} and (${due_at} <= now() or ${host} = ${hostIdentity()})`)
    .orderBy(id)
    .limit(BATCH);
}

/** Locks the entries while their files are deleted, so that a late writer finds its entry gone and makes no row. */
async function deleteBatch(db: Db, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return db.transaction(async (tx) => {
    if (await areFilesHeld(tx)) return 0;
    // Deleting from an object store may take longer than the limit for idle transactions.
    await tx.execute(sql`set local idle_in_transaction_session_timeout = 0`);
    const rows = await tx
      .select()
      .from(storageDeletions)
      .where(inArray(storageDeletions.id, ids))
      .for("update", { skipLocked: true });
    const done: string[] = [];
    for (const row of rows) {
      if (await isDeleted(tx, row)) done.push(row.id);
    }
    if (done.length > 0) await tx.delete(storageDeletions).where(inArray(storageDeletions.id, done));
    return done.length;
  });
}

async function isDeleted(tx: Tx, row: Row): Promise<boolean> {
  try {
    await deleteFiles(tx, row);
    return true;
  } catch (error) {
    const place = { project_id: row.project_id, path: row.project_path, key: row.key };
    const [late] = await tx
      .update(storageDeletions)
      .set({ due_at: RETRY })
      .where(eq(storageDeletions.id, row.id))
      .returning({ is_over: sql<boolean>`created_at < now() - ${GIVE_UP}` });
    const outcome = late?.is_over ? "is given up" : "is tried again";
    logger.warn({ err: error, ...place }, `deleting files failed and ${outcome}`);
    return late?.is_over === true;
  }
}

async function deleteFiles(tx: Tx, row: Row): Promise<void> {
  const { project_id, project_path: path, key, is_prefix, made_by_us } = row;
  const project = { id: project_id, path };
  if (key === WHOLE_PROJECT) {
    await deleteObjectsOf(project_id);
    if (made_by_us) await removeFolder(tx, path);
  } else if (is_prefix) {
    await openStorage(project).deletePrefix(key);
    // A disk that is away for a while has its files when it is back.
    if (!(await isFolder(path))) throw new Error("the project's folder is not there");
    // Steps write into the project's folder even if files are kept in an object store.
    await createLocalStorage(path).deletePrefix(key);
  } else {
    await openStorage(project).delete(key);
  }
}

/** Deletes a project's folder, unless a new project has taken it. Locks folders as those who assign them do. */
async function removeFolder(tx: Tx, path: string): Promise<void> {
  await lockFolders(tx);
  if (!isTaken(await listFolders(tx), path)) await moveToTrash(path);
}
