import { extname } from "node:path";
import { eq } from "drizzle-orm";
import { authorizeDefinition, type Caller } from "../../../auth/scope";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { createLocalStorage } from "../../../storage/local";
import { getProjectPath } from "../../projects/queries";
import { DEFINITIONS_FOLDER, findSameStem, readDefinitionFile, stemOf, writeDefinitionFile } from "../files";
import { getDefinition } from "../queries";
import { withName } from "../rename-source";
import { getDefinitionRow, listRows, lockDefinitions, setRow } from "../rows";
import type { Definition, RenameDefinitionInput } from "../schema";
import { updateDefinition } from "./update-definition";

/**
 * Writes another name into the definition's file, as an update does, and moves the file where `slug` says so: runs,
 * revisions and triggers stay with it. Throws as `withName`, and CONFLICT for a taken slug.
 */
export async function renameDefinition(
  caller: Caller,
  { id: id_or_slug, project_id, name, slug }: RenameDefinitionInput,
): Promise<Definition> {
  const scope = await authorizeDefinition(caller, id_or_slug, "definition:write", project_id);
  const id = scope.definition_id;
  const before = await getDefinition(caller, { id });
  const isNamed = name !== undefined && name !== before.name;
  if (before.source === null) throw new AppError("BAD_REQUEST", `The file ${before.path} is gone.`);
  // Before the file moves, so that what cannot be renamed stays where it is.
  const source = isNamed
    ? await withName(caller.db, scope, { ...before, source: before.source }, name)
    : null;
  if (slug !== undefined) await moveFile(caller, id, slug);
  if (source !== null) {
    return updateDefinition(caller, { id, source }, "definitions.rename", { name });
  }
  return getDefinition(caller, { id });
}

/** Gives the definition's file, and its part of addresses, another name. Throws CONFLICT where that is taken. */
async function moveFile(caller: Caller, id: string, slug: string): Promise<void> {
  const scope = await authorizeDefinition(caller, id, "definition:write");
  const project = await getProjectPath(caller.db, scope);
  await transact(caller, scope, "definitions.rename", async (tx) => {
    await lockDefinitions(tx, scope);
    const row = await getDefinitionRow(tx, id);
    const path = `${DEFINITIONS_FOLDER}/${slug}${extname(row.path)}`;
    const taken = (await listRows(tx, scope)).find(
      (other) => other.id !== id && (other.slug === slug || stemOf(other.path) === slug),
    );
    if (taken) refuseTaken(`The definition "${taken.name}" (${taken.path}) has this name already.`);
    const moves = path !== row.path;
    const there =
      moves && ((await readDefinitionFile(project, path)) ? path : await findSameStem(project, path));
    if (there && there !== row.path) refuseTaken(`The file ${there} is there already.`);
    const content = await readDefinitionFile(project, row.path);
    if (!content || "refused" in content) {
      throw new AppError("BAD_REQUEST", `The file ${row.path} cannot be read on the server.`);
    }
    audit(tx, { before: { path: row.path, slug: row.slug }, after: { path, slug } });
    await tx.update(workflowDefinitions).set({ path, slug }).where(eq(workflowDefinitions.id, id));
    await setRow(tx, scope, id, { status: row.status });
    if (!moves) return;
    await writeDefinitionFile(project, path, content.source);
    await createLocalStorage(project).delete(row.path);
  });
}

function refuseTaken(found: string): never {
  throw new AppError("CONFLICT", `${found} Choose another one.`, [{ path: "slug", message: "is taken" }]);
}
