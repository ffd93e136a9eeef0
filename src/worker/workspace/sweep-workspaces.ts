import { readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { removeTree } from "../../box/remove-tree";
import type { Db } from "../../db/client";
import { keeperOf, snapshotRef } from "../../git/keeper";
import { isKept } from "../../git/kept-tree";
import { logger } from "../../lib/logger";
import { folderOf } from "../../lib/stored-folder";
import type { RunStatus, WorkspaceKind } from "../../model/states";
import { readMemo } from "./memo";

/** Age of a folder whose project nobody knows; it belongs to another installation, or the project was deleted. */
const UNKNOWN_MS = 7 * 24 * 60 * 60_000;
/** Name of a folder that is being removed. */
const GOING = ".going";

interface Known extends Record<string, unknown> {
  id: string;
  status: RunStatus;
  workspace: WorkspaceKind;
  snapshot: string | null;
  path: string;
  is_due: boolean;
}

/**
 * Removes folders of runs that ended longer ago than their project keeps them, and of runs that are deleted. A folder
 * with a file that no snapshot has, but for ignored ones, stays. Gives the number of removed folders.
 */
export async function sweepWorkspaces(db: Db, workspaces: string): Promise<number> {
  let removed = 0;
  for (const project_id of await namesIn(workspaces)) {
    const folder = join(workspaces, project_id);
    const names = await namesIn(folder);
    for (const name of names.filter((each) => each.endsWith(GOING))) await remove(join(folder, name));
    const ids = names.filter((each) => !each.endsWith(GOING));
    if (ids.length === 0) continue;
    const runs = await readRuns(db, ids);
    const isProject = runs.size > 0 || (await hasProject(db, project_id));
    for (const id of ids) {
      const run = runs.get(id);
      const path = join(folder, id);
      if (run ? !run.is_due || !(await isSafe(run, path)) : !isProject && (await ageOf(path)) < UNKNOWN_MS)
        continue;
      if (await take(db, id, path)) removed++;
    }
  }
  return removed;
}

const namesIn = (folder: string) => readdir(folder).catch((): string[] => []);

async function readRuns(db: Db, ids: string[]): Promise<Map<string, Known>> {
  const { rows } = await db.execute<Known>(sql`
    select r.id, r.status, r.workspace, r.snapshot, p.path,
           r.claimed_by is null and coalesce(r.completed_at, r.cancelled_at) < now() - p.workspace_hours * interval '1 hour'
             and r.status in ('completed', 'failed', 'cancelled') as is_due
    from workflow_runs r join projects p on p.id = r.project_id where r.id in ${ids}`);
  return new Map(rows.map((row) => [row.id, { ...row, path: folderOf(row.path) }]));
}

async function hasProject(db: Db, id: string): Promise<boolean> {
  return (await db.execute(sql`select 1 from projects where id = ${id}`)).rows.length > 0;
}

/** Whether all files of the folder, but for ignored ones, are in the run's last snapshot. */
async function isSafe({ id, workspace, snapshot, path }: Known, folder: string): Promise<boolean> {
  const memo = await readMemo(folder);
  // It was never finished, so no step has worked there.
  if (!memo) return true;
  const keeper = await keeperOf(path, workspace === "copy" ? "copy" : "clone").catch(() => null);
  if (keeper === null) return false;
  const tree = {
    files: join(folder, "files"),
    git: join(folder, "snapshots.git"),
    keeper,
    ref: snapshotRef(id),
    call: {},
  };
  return isKept(tree, snapshot ?? memo.base_commit).catch((error: unknown) => {
    logger.debug({ err: error, run_id: id }, "a run's folder was not compared");
    return false;
  });
}

/** Removes the folder unless a worker has the run again, or takes it now. */
async function take(db: Db, id: string, path: string): Promise<boolean> {
  const isTaken = await db.transaction(async (tx) => {
    // A claim locks the row too, and makes the folder anew behind this.
    const { rows } = await tx.execute<{ open: boolean }>(sql`
      select claimed_by is not null or status not in ('completed', 'failed', 'cancelled') as open
      from workflow_runs where id = ${id} for update`);
    if (rows[0]?.open) return false;
    await rename(path, path + GOING);
    return true;
  });
  if (isTaken) await remove(path + GOING);
  return isTaken;
}

const remove = (path: string) =>
  removeTree(path).catch((error: unknown) => logger.debug({ err: error, path }, "a run's folder was left"));

async function ageOf(path: string): Promise<number> {
  const facts = await stat(path).catch(() => null);
  return facts ? Date.now() - facts.mtimeMs : 0;
}
