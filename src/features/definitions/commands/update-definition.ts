import { authorizeDefinition, type Caller } from "../../../auth/scope";
import type { AuditAction } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getProjectPath } from "../../projects/queries";
import { findSameStem, readDefinitionFile, sha256Of, writeDefinitionFile } from "../files";
import { getDefinition } from "../queries";
import {
  activeValues,
  compileOrRefuse,
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
 * meanwhile, that text is saved as a revision first. `told`: what the audit record has beside the file. Throws
 * BAD_REQUEST as `createDefinition`.
 */
export async function updateDefinition(
  caller: Caller,
  { id: id_or_slug, project_id, source }: UpdateDefinitionInput,
  action: AuditAction = "definitions.update",
  told: Record<string, unknown> = {},
): Promise<Definition> {
  const scope = await authorizeDefinition(caller, id_or_slug, "definition:write", project_id);
  const id = scope.definition_id;
  const definition = compileOrRefuse(source);
  const sha256 = sha256Of(source);
  const project = await getProjectPath(caller.db, scope);
  await transact(caller, scope, action, async (tx) => {
    await lockDefinitions(tx, scope);
    const row = await getDefinitionRow(tx, id);
    if (row.type === "code") {
      throw new AppError("BAD_REQUEST", `${row.path} is written in TypeScript; edit the file itself.`);
    }
    const { path } = row;
    const other = await findSameStem(project, path);
    if (other !== null && !(await newestRevision(tx, id))) {
      const mend = "Delete one of the two, or give this one another name.";
      throw new AppError(
        "CONFLICT",
        `${path} has the name of ${other}, which is this definition already. ${mend}`,
      );
    }
    const onDisk = await readDefinitionFile(project, path);
    const differs = !onDisk || "refused" in onDisk || onDisk.sha256 !== sha256;
    if (onDisk && differs) await takeOver(tx, scope, { path, type: "yaml", content: onDisk, links: [] }, row);
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
