import { eq } from "drizzle-orm";
import type { ProjectScope } from "../../auth/scope";
import type { Db } from "../../db/client";
import { workflowDefinitions } from "../../db/schema/definitions";
import { loadCodeDefinition } from "../../engine/code/load-code";
import { transact } from "../../events/emit";
import { getProjectPath } from "../projects/queries";
import { type DefinitionFile, readDefinitionFiles } from "./files";
import { lockDefinitions, setRow, takeOver } from "./rows";
import type { SyncResult } from "./schema";

/**
 * Reads the project's folder and brings its definitions up to it; the numbers are of what changed. A file
 * that is gone leaves its definition archived, with its runs; it is revived when the file comes back.
 */
export async function syncFolder(db: Db, scope: ProjectScope): Promise<SyncResult> {
  const project = await getProjectPath(db, scope);
  const loaded = await loadCode(project, await readDefinitionFiles(project));
  return transact(db, async (tx) => {
    await lockDefinitions(tx, scope);
    const files = (await readDefinitionFiles(project)).map((file) => loaded.get(keyOf(file)) ?? file);
    const rows = await tx
      .select()
      .from(workflowDefinitions)
      .where(eq(workflowDefinitions.project_id, scope.project_id));
    const result: SyncResult = { added: 0, changed: 0, invalid: 0, archived: 0, unchanged: 0 };
    for (const file of files) {
      const row = rows.find(({ path }) => path === file.path);
      // Changed since it was loaded: the reading that this change asks for takes it over.
      const change = isUnloaded(file) ? "unchanged" : await takeOver(tx, scope, file, row);
      result[change]++;
    }
    const there = new Set(files.map(({ path }) => path));
    for (const row of rows) {
      if (there.has(row.path) || row.status === "archived") continue;
      await setRow(tx, scope, row.id, { status: "archived", load_error: null });
      result.archived++;
    }
    return result;
  });
}

const isUnloaded = ({ type, content, loaded }: DefinitionFile) =>
  type === "code" && "source" in content && !loaded;

/** Names a file as it was read. */
const keyOf = ({ path, content }: DefinitionFile) => `${path} ${"sha256" in content ? content.sha256 : ""}`;

/** Loads the definitions in TypeScript, before the lock: each takes a process, and may take its time. */
async function loadCode(project: string, files: DefinitionFile[]): Promise<Map<string, DefinitionFile>> {
  const loaded = new Map<string, DefinitionFile>();
  for (const file of files) {
    if (!isUnloaded(file)) continue;
    loaded.set(keyOf(file), { ...file, loaded: await loadCodeDefinition(project, file.path) });
  }
  return loaded;
}
