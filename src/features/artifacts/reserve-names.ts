import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { artifactsKey } from "../../engine/logs/paths";
import { failpoint } from "../../lib/failpoint";
import { type NotedFile, noteFilesIn } from "../../storage/noted-files";
import type { StorageOwner } from "../../storage/storage";
import { numbered, safeName } from "./safe-name";

/**
 * Reserves a free, readable path in the step's folder for each file and notes it in the journal: the
 * artifact's name, plus a number if the name is taken. Concurrent callers wait for each other, so no path is
 * given twice.
 */
export async function reserveNames(
  db: Db,
  owner: StorageOwner,
  { run_id, step_id }: { run_id: string; step_id: string },
  names: string[],
): Promise<NotedFile[]> {
  const folder = artifactsKey(run_id, step_id);
  failpoint("artifact.note:before");
  const noted = await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`phaseboard files ${folder}`}, 0))`);
    const { rows } = await tx.execute<{ key: string }>(sql`
      select key from storage_deletions where project_id = ${owner.id} and starts_with(key, ${`${folder}/`})
      union all
      select a.file_path from workflow_artifacts a
      join workflow_run_steps s on s.id = a.workflow_run_step_id
      where s.workflow_run_id = ${run_id} and s.step_id = ${step_id}`);
    const taken = new TakenPaths();
    for (const { key } of rows) taken.add(key.slice(folder.length + 1));
    return noteFilesIn(
      tx,
      owner,
      names.map((name) => `${folder}/${taken.take(safeName(name))}`),
    );
  });
  failpoint("artifact.note:after");
  return noted;
}

/** The taken paths of one folder. Ignores case, since some file systems do. */
export class TakenPaths {
  private readonly files = new Set<string>();
  private readonly folders = new Set<string>();

  add(path: string): void {
    const same = sameOf(path);
    this.files.add(same);
    for (const folder of foldersOf(same)) this.folders.add(folder);
  }

  /** Reserves the wanted path, or a free one with a number added. */
  take(wanted: string): string {
    const isFree = (path: string) => !this.isTaken(sameOf(path));
    // If a folder of the path exists as a file, adding a number at the end would not help.
    const isBarred = foldersOf(sameOf(wanted)).some((folder) => this.files.has(folder));
    const path = isBarred ? wanted.replaceAll("/", "_") : wanted;
    let free = path;
    for (let number = 2; !isFree(free); number++) free = numbered(path, number);
    this.add(free);
    return free;
  }

  private isTaken(same: string): boolean {
    return this.files.has(same) || this.folders.has(same);
  }
}

const sameOf = (path: string) => path.normalize("NFC").toLowerCase();

function foldersOf(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}
