import { desc, eq } from "drizzle-orm";
import { authorizeDefinition, type Caller } from "../../../auth/scope";
import type { ReadDb } from "../../../db/client";
import { workflowDefinitionRevisions, workflowDefinitions } from "../../../db/schema/definitions";
import type { AuditAction } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getProjectPath } from "../../projects/queries";
import { isUnloaded, loadFiles } from "../compile-file";
import { compileOrRefuse } from "../compile-source";
import {
  type DefinitionFile,
  type FileContent,
  findSameStem,
  readDefinitionFile,
  sha256Of,
  writeDefinitionFile,
} from "../files";
import { getDefinition } from "../queries";
import {
  activeValues,
  type DefinitionRow,
  getDefinitionRow,
  lockDefinitions,
  newestRevision,
  saveRevision,
  setRow,
  takeOver,
} from "../rows";
import type { Definition, UpdateDefinitionInput } from "../schema";

/**
 * Writes the definition's file, and a new revision if the source changed. If the file was edited on disk
 * meanwhile, that text is saved as a revision first; CONFLICT instead if the caller says from which text the edit began.
 * `told`: what the audit record has beside the file. Throws BAD_REQUEST as `createDefinition`.
 */
export async function updateDefinition(
  caller: Caller,
  { id: id_or_slug, project_id, source, base_sha256 }: UpdateDefinitionInput,
  action: AuditAction = "definitions.update",
  told: Record<string, unknown> = {},
): Promise<Definition> {
  const scope = await authorizeDefinition(caller, id_or_slug, "definition:write", project_id);
  const id = scope.definition_id;
  const project = await getProjectPath(caller.db, scope);
  // All that may need a process is compiled before locking.
  const { path, type } = await fileOf(caller.db, id);
  const { definition, sha256 } = await compileOrRefuse(caller.db, scope, { path, source });
  const found = await foundFile(caller.db, project, { id, path, type });
  await transact(caller, scope, action, async (tx) => {
    await lockDefinitions(tx, scope);
    const row = await getDefinitionRow(tx, id);
    if (row.path !== path) throw new AppError("CONFLICT", `${path} is ${row.path} by now. Try again.`);
    const other = await findSameStem(project, path);
    if (other !== null && !(await newestRevision(tx, id))) {
      const mend = "Delete one of the two, or give this one another name.";
      throw new AppError(
        "CONFLICT",
        `${path} has the name of ${other}, which is this definition already. ${mend}`,
      );
    }
    const onDisk = await readDefinitionFile(project, path);
    const differs = hashOf(onDisk) !== sha256Of(source);
    if (differs && base_sha256 !== undefined && hashOf(onDisk) !== base_sha256) {
      const how = onDisk ? "changed" : "deleted";
      throw new AppError("CONFLICT", `${path} was ${how} since this edit began. ${LOOK}`, [
        { path: "base_sha256", message: "is not that of the file" },
      ]);
    }
    if (onDisk && differs) {
      if (type === "code" && hashOf(found?.content) !== hashOf(onDisk)) {
        throw new AppError("CONFLICT", `${path} was changed just now. ${LOOK}`);
      }
      const file = { path, type, content: onDisk, links: [], loaded: found?.loaded };
      if (!isUnloaded(file)) await takeOver(tx, scope, file, row);
    }
    const newest = await newestRevision(tx, id);
    if (newest?.sha256 !== sha256) {
      const created_by = caller.actor.user_id;
      await saveRevision(tx, scope, { row, path, definition, source, sha256, created_by });
    } else if (differs || row.status !== "active") await setRow(tx, scope, id, activeValues(definition));
    if (differs) await writeDefinitionFile(project, path, source);
    audit(tx, { before: { path, sha256: newest?.sha256 ?? null }, after: { path, sha256, ...told } });
  });
  return getDefinition(caller, { id });
}

const LOOK = "Look at what it holds now, and save again.";

const hashOf = (content: FileContent | null | undefined) =>
  content && "sha256" in content ? content.sha256 : null;

async function fileOf(db: ReadDb, id: string): Promise<Pick<DefinitionRow, "path" | "type">> {
  const { path, type } = workflowDefinitions;
  const [row] = await db
    .select({ path, type })
    .from(workflowDefinitions)
    .where(eq(workflowDefinitions.id, id));
  if (!row) throw new AppError("NOT_FOUND", "There is no such definition.");
  return row;
}

/**
 * The file as it is on disk; null where it is gone. One in TypeScript is loaded, unless the newest revision has its
 * text already.
 */
async function foundFile(
  db: ReadDb,
  project: string,
  { id, path, type }: Pick<DefinitionRow, "id" | "path" | "type">,
): Promise<DefinitionFile | null> {
  const content = await readDefinitionFile(project, path);
  if (!content) return null;
  const file = { path, type, content, links: [] };
  if (!isUnloaded(file)) return file;
  const { source, number, workflow_definition_id } = workflowDefinitionRevisions;
  const [newest] = await db
    .select({ source })
    .from(workflowDefinitionRevisions)
    .where(eq(workflow_definition_id, id))
    .orderBy(desc(number))
    .limit(1);
  if (newest && "source" in content && newest.source === content.source) return file;
  return (await loadFiles(project, [file]))[0] ?? file;
}
