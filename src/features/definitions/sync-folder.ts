import type { ProjectScope } from "../../auth/scope";
import { findBox } from "../../box/find-box";
import { prepareFolder } from "../../box/hand-over";
import type { ReadDb, Tx } from "../../db/client";
import { getProjectFolder } from "../projects/queries";
import { isUnloaded, loadFiles } from "./compile-file";
import { type DefinitionFile, readDefinitionFiles } from "./files";
import { isSecond, refuseSeconds, rowOf } from "./match-rows";
import { deleteRow, listRows, lockDefinitions, renameRow, setRow, takeOver } from "./rows";
import type { SyncResult } from "./schema";

export interface SyncedFolder {
  /** How many definitions changed, by kind of change. */
  result: SyncResult;
  /** Absolute paths of files outside the folder that definitions import or link to. */
  imports: string[];
  /** False if a definition failed to load, since its imports may then be unknown. */
  complete: boolean;
}

/**
 * Updates the project's definitions from its folder. A definition whose file is gone is archived with its
 * runs, and comes back when the file does. `commit` is the transaction, of whoever reads it.
 */
export async function syncFolder(
  db: ReadDb,
  scope: ProjectScope,
  commit: (work: (tx: Tx) => Promise<SyncResult>) => Promise<SyncResult>,
): Promise<SyncedFolder> {
  const { path: project, user_number } = await getProjectFolder(db, scope);
  await prepareFolder(await findBox(), project, user_number);
  // Load before locking: each TypeScript file takes a process and may be slow.
  const read = await loadFiles(project, await readDefinitionFiles(project));
  const loaded = new Map(read.map((file) => [keyOf(file), file]));
  const result = await commit(async (tx) => {
    await lockDefinitions(tx, scope);
    const rows = await listRows(tx, scope);
    const found = (await readDefinitionFiles(project)).map((file) => loaded.get(keyOf(file)) ?? file);
    const files = refuseSeconds(found, rows);
    const result: SyncResult = { added: 0, changed: 0, invalid: 0, archived: 0, unchanged: 0 };
    const kept = new Set<string>();
    for (const file of files) {
      const { row, instead } = rowOf(file, files, rows);
      for (const each of [row, instead]) if (each) kept.add(each.id);
      if (instead) await deleteRow(tx, scope, instead.id);
      if (row && row.path !== file.path) await renameRow(tx, row.id, file);
      // The file changed after it was loaded. That change causes another sync, which will handle it.
      const change = isUnloaded(file) ? "unchanged" : await takeOver(tx, scope, file, row);
      result[change === "unchanged" && row && row.path !== file.path ? "changed" : change]++;
    }
    for (const row of rows) {
      if (kept.has(row.id) || row.status === "archived") continue;
      if (isSecond(row, rows)) {
        await deleteRow(tx, scope, row.id);
        continue;
      }
      await setRow(tx, scope, row.id, { status: "archived", load_error: null });
      result.archived++;
    }
    return result;
  });
  const imports = read.flatMap(({ path, links, loaded }) => [
    ...links,
    ...(loaded?.files.filter((file) => !file.endsWith(path)) ?? []),
  ]);
  return {
    result,
    imports: [...new Set(imports)],
    complete: read.every(({ loaded }) => loaded === undefined || loaded.ok),
  };
}

/** Identifies a file together with its content. */
const keyOf = ({ path, content }: DefinitionFile) => `${path} ${"sha256" in content ? content.sha256 : ""}`;
