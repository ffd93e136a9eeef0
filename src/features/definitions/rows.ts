import { isDeepStrictEqual } from "node:util";
import { desc, eq, getTableColumns, sql } from "drizzle-orm";
import type { ProjectScope } from "../../auth/scope";
import type { Tx } from "../../db/client";
import { workflowDefinitionRevisions, workflowDefinitions } from "../../db/schema/definitions";
import type { DefinitionFault } from "../../engine/definition/faults";
import type { CompiledDefinition } from "../../engine/definition/types";
import { emit } from "../../events/emit";
import { AppError } from "../../lib/errors";
import { freeSlug } from "../../lib/slug";
import { keepTriggers } from "./commands/keep-triggers";
import { compileFile } from "./compile-file";
import { type DefinitionFile, slugOfFile, stemOf } from "./files";

export type DefinitionRow = typeof workflowDefinitions.$inferSelect;

/** How a definition changed when its file was read. */
export type RowChange = "added" | "changed" | "invalid" | "unchanged";

/**
 * Locks the project's definitions until the transaction ends, so that nothing changes between comparing the
 * folder with the rows and writing them.
 */
export async function lockDefinitions(tx: Tx, { project_id }: ProjectScope): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`phaseboard definitions ${project_id}`}, 0))`,
  );
}

/** The definition's row. Throws NOT_FOUND. */
export async function getDefinitionRow(tx: Tx, id: string): Promise<DefinitionRow> {
  const [row] = await tx
    .select()
    .from(workflowDefinitions)
    .where(eq(workflowDefinitions.id, id))
    .for("update");
  if (!row) throw new AppError("NOT_FOUND", "There is no such definition.");
  return row;
}

/** The project's definitions, each with whether it has a revision. */
export async function listRows(
  tx: Tx,
  { project_id }: ProjectScope,
): Promise<(DefinitionRow & { has_revision: boolean })[]> {
  const has_revision = sql<boolean>`exists (
    select 1 from workflow_definition_revisions r where r.workflow_definition_id = workflow_definitions.id)`;
  return tx
    .select({ ...getTableColumns(workflowDefinitions), has_revision })
    .from(workflowDefinitions)
    .where(eq(workflowDefinitions.project_id, project_id));
}

/** Gives a definition another file path and type. */
export async function renameRow(tx: Tx, id: string, { path, type }: DefinitionFile): Promise<void> {
  await tx.update(workflowDefinitions).set({ path, type }).where(eq(workflowDefinitions.id, id));
}

/** Deletes a row that nothing refers to. */
export async function deleteRow(tx: Tx, scope: ProjectScope, id: string): Promise<void> {
  await tx.delete(workflowDefinitions).where(eq(workflowDefinitions.id, id));
  emit(tx, scope, "workflow.definition.changed", { definition_id: id, status: "deleted" });
}

/** Updates a definition from its file and emits an event if anything changed. */
export async function takeOver(
  tx: Tx,
  scope: ProjectScope,
  file: DefinitionFile,
  row: DefinitionRow | undefined,
): Promise<RowChange> {
  const read = compileFile(file);
  if ("faults" in read) return markInvalid(tx, scope, file, row, read.faults);
  const { definition, source, sha256 } = read;
  const newest = row && (await newestRevision(tx, row.id));
  if (row && newest?.sha256 === sha256) {
    if (row.status === "active") return "unchanged";
    await setRow(tx, scope, row.id, activeValues(definition));
    return "changed";
  }
  await saveRevision(tx, scope, { row, path: file.path, definition, source, sha256, created_by: null });
  return row ? "changed" : "added";
}

export interface NewRevision {
  row: DefinitionRow | undefined;
  /** File path relative to the project. */
  path: string;
  definition: CompiledDefinition;
  source: string;
  sha256: string;
  /** Who saved it; null if the file was edited on disk. */
  created_by: string | null;
}

/** Writes a revision as the definition's newest one. Returns the definition's id. */
export async function saveRevision(tx: Tx, scope: ProjectScope, revision: NewRevision): Promise<string> {
  const { row, path, definition, source, sha256, created_by } = revision;
  const values = activeValues(definition);
  const type = definition.code === undefined ? "yaml" : "code";
  const id = row?.id ?? (await insertRow(tx, scope, path, { ...values, type }));
  const newest = row && (await newestRevision(tx, id));
  await tx.insert(workflowDefinitionRevisions).values({
    workflow_definition_id: id,
    number: (newest?.number ?? 0) + 1,
    sha256,
    source,
    compiled: definition,
    created_by,
  });
  await keepTriggers(tx, id, definition.on, created_by);
  if (row) await setRow(tx, scope, id, { ...values, path, type });
  return id;
}

export async function newestRevision(
  tx: Tx,
  definition_id: string,
): Promise<{ number: number; sha256: string } | undefined> {
  const [newest] = await tx
    .select({ number: workflowDefinitionRevisions.number, sha256: workflowDefinitionRevisions.sha256 })
    .from(workflowDefinitionRevisions)
    .where(eq(workflowDefinitionRevisions.workflow_definition_id, definition_id))
    .orderBy(desc(workflowDefinitionRevisions.number))
    .limit(1);
  return newest;
}

/** Updates the row and emits its status. */
export async function setRow(
  tx: Tx,
  scope: ProjectScope,
  id: string,
  values: Partial<DefinitionRow> & Pick<DefinitionRow, "status">,
): Promise<void> {
  await tx.update(workflowDefinitions).set(values).where(eq(workflowDefinitions.id, id));
  emit(tx, scope, "workflow.definition.changed", { definition_id: id, status: values.status });
}

/** Marks the definition invalid but keeps its newest valid revision: its runs go on with that one. */
async function markInvalid(
  tx: Tx,
  scope: ProjectScope,
  file: DefinitionFile,
  row: DefinitionRow | undefined,
  load_error: DefinitionFault[],
): Promise<RowChange> {
  if (row?.status === "invalid" && isDeepStrictEqual(row.load_error, load_error)) return "unchanged";
  if (row) await setRow(tx, scope, row.id, { status: "invalid", load_error });
  else {
    const name = stemOf(file.path);
    await insertRow(tx, scope, file.path, {
      ...{ name, description: "", type: file.type, phases: [], args_schema: null, is_template: false },
      ...{ status: "invalid", load_error },
    });
  }
  return "invalid";
}

/** Column values of a definition that can be run. */
export function activeValues(definition: CompiledDefinition) {
  const { name, description, phases, args_schema, is_template } = definition;
  const status = "active" as const;
  return { name, description, phases, args_schema, is_template, status, load_error: null };
}

type RowValues = Pick<
  DefinitionRow,
  "name" | "description" | "type" | "phases" | "args_schema" | "is_template" | "status" | "load_error"
>;

/** Makes the row of a new file and emits its status. */
async function insertRow(tx: Tx, scope: ProjectScope, path: string, values: RowValues): Promise<string> {
  const slug = freeSlug(slugOfFile(path), await takenSlugs(tx, scope));
  const [row] = await tx
    .insert(workflowDefinitions)
    .values({ ...values, path, slug, project_id: scope.project_id })
    .returning({ id: workflowDefinitions.id });
  if (!row) throw new Error("the definition's row did not come back");
  emit(tx, scope, "workflow.definition.changed", { definition_id: row.id, status: values.status });
  return row.id;
}

async function takenSlugs(tx: Tx, { project_id }: ProjectScope): Promise<Set<string>> {
  const rows = await tx
    .select({ slug: workflowDefinitions.slug })
    .from(workflowDefinitions)
    .where(eq(workflowDefinitions.project_id, project_id));
  return new Set(rows.map(({ slug }) => slug));
}
