import { eq } from "drizzle-orm";
import { authorizeProject, type Caller, type ProjectScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowTriggers } from "../../../db/schema/triggers";
import type { AuditAction } from "../../../events/audit";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { slugOf } from "../../../lib/slug";
import { getProjectPath } from "../../projects/queries";
import { compileOrRefuse, newPath } from "../compile-source";
import { DEFINITIONS_FOLDER, findSameStem, readDefinitionFile, stemOf, writeDefinitionFile } from "../files";
import { getDefinition } from "../queries";
import { type DefinitionRow, listRows, lockDefinitions, saveRevision } from "../rows";
import type { CreateDefinitionInput, Definition } from "../schema";

/**
 * Writes a new definition's file, named after it, and its first revision. Throws BAD_REQUEST with line and
 * column of each fault, CONFLICT if the project has a definition of that name. `startsItself: false`: its triggers are
 * off until somebody switches them on.
 */
export async function createDefinition(
  caller: Caller,
  input: CreateDefinitionInput,
  action: AuditAction = "definitions.create",
  { startsItself = true }: { startsItself?: boolean } = {},
): Promise<Definition> {
  const scope = await authorizeProject(caller, input.project_id, "definition:write");
  const { source, type } = input;
  const named = await compileOrRefuse(caller.db, scope, { path: newPath(type), source });
  const slug = slugOf(named.definition.name) || "definition";
  const path = `${DEFINITIONS_FOLDER}/${slug}.${type === "yaml" ? "yaml" : "ts"}`;
  // A bundle says where its file lies; with another path it would be another revision when the folder is read.
  const { definition, sha256 } =
    type === "yaml" ? named : await compileOrRefuse(caller.db, scope, { path, source });
  const project = await getProjectPath(caller.db, scope);
  const id = await createOnce<string>(caller, scope, action, (commit) =>
    commit(async (tx) => {
      await lockDefinitions(tx, scope);
      const row = await formerRow(tx, scope, slug, path);
      const there = (await readDefinitionFile(project, path)) ? path : await findSameStem(project, path);
      if (there !== null) refuseTaken(`The file ${there} is there already.`);
      const created_by = caller.actor.user_id;
      const revision = { row, path, definition, source, sha256, created_by };
      const saved = await saveRevision(tx, scope, revision);
      if (!startsItself) await switchOffTriggers(tx, saved);
      await writeDefinitionFile(project, path, source);
      audit(tx, {
        target: { type: "definition", id: saved, name: definition.name },
        after: { path, sha256: revision.sha256 },
      });
      return saved;
    }),
  );
  return getDefinition(caller, { id });
}

/** The archived definition that had a file of this name (in YAML or TypeScript): its history continues. */
async function formerRow(
  tx: Tx,
  scope: ProjectScope,
  slug: string,
  path: string,
): Promise<DefinitionRow | undefined> {
  const rows = (await listRows(tx, scope)).filter(
    (row) => row.slug === slug || stemOf(row.path) === stemOf(path),
  );
  for (const row of rows) {
    if (stemOf(row.path) !== stemOf(path) || row.status !== "archived") {
      refuseTaken(`This project has the definition "${row.name}" (${row.path}) already.`);
    }
  }
  return rows.find((row) => row.path === path) ?? rows.find(({ has_revision }) => has_revision) ?? rows[0];
}

async function switchOffTriggers(tx: Tx, definition_id: string): Promise<void> {
  await tx
    .update(workflowTriggers)
    .set({ enabled: false, next_run_at: null })
    .where(eq(workflowTriggers.workflow_definition_id, definition_id));
}

function refuseTaken(found: string): never {
  throw new AppError("CONFLICT", `${found} Give the new one another name.`, [
    { path: "source", message: "has a name that is taken" },
  ]);
}
