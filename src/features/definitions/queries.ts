import { and, asc, desc, eq, sql } from "drizzle-orm";
import { authorizeDefinition, authorizeProject, type Caller } from "../../auth/scope";
import { workflowDefinitionRevisions, workflowDefinitions } from "../../db/schema/definitions";
import { users } from "../../db/schema/users";
import type { CompiledDefinition } from "../../engine/definition/types";
import { AppError } from "../../lib/errors";
import { getProjectPath } from "../projects/queries";
import { readDefinitionFile } from "./files";
import { listIgnored } from "./list-ignored";
import type { Definition, DefinitionListItem, IgnoredFile } from "./schema";

const COLUMNS = {
  id: workflowDefinitions.id,
  project_id: workflowDefinitions.project_id,
  name: workflowDefinitions.name,
  slug: workflowDefinitions.slug,
  description: workflowDefinitions.description,
  type: workflowDefinitions.type,
  path: workflowDefinitions.path,
  phases: workflowDefinitions.phases,
  args_schema: workflowDefinitions.args_schema,
  is_template: workflowDefinitions.is_template,
  status: workflowDefinitions.status,
  load_error: workflowDefinitions.load_error,
  // Drizzle leaves out the table of a column where a select has one table; a subquery needs it.
  revision: sql<number | null>`(
    select max(r.number) from workflow_definition_revisions r
    where r.workflow_definition_id = workflow_definitions.id)`,
  runs_count: sql<number>`(
    select count(*)::int from workflow_runs r where r.workflow_definition_id = workflow_definitions.id)`,
  created_at: workflowDefinitions.created_at,
  updated_at: workflowDefinitions.updated_at,
};

/** The project's definitions by name, archived ones last. */
export async function listDefinitions(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<{ items: DefinitionListItem[]; next_cursor: null }> {
  await authorizeProject(caller, project_id, "project:read");
  const items = await caller.db
    .select(COLUMNS)
    .from(workflowDefinitions)
    .where(eq(workflowDefinitions.project_id, project_id))
    .orderBy(
      sql`${workflowDefinitions.status} = 'archived'`,
      asc(sql`lower(${workflowDefinitions.name})`),
      asc(workflowDefinitions.id),
    );
  return { items, next_cursor: null };
}

/** In SQL: the id of the project's definition that has this id, or this slug; null where there is none. */
export function idOfDefinition(project_id: string, id_or_slug: string) {
  return sql<string | null>`(
    select d.id from workflow_definitions d
    where d.project_id = ${project_id} and (d.id = ${id_or_slug} or d.slug = ${id_or_slug})
    order by d.id = ${id_or_slug} desc limit 1)`;
}

/** A definition with its file's text and its revisions, newest first. Throws NOT_FOUND. */
export async function getDefinition(
  caller: Caller,
  { id: id_or_slug, project_id }: { id: string; project_id?: string | undefined },
): Promise<Definition> {
  const scope = await authorizeDefinition(caller, id_or_slug, "project:read", project_id);
  const id = scope.definition_id;
  const { db } = caller;
  const [[item], revisions, [newest], project] = await Promise.all([
    db.select(COLUMNS).from(workflowDefinitions).where(eq(workflowDefinitions.id, id)),
    db
      .select({
        number: workflowDefinitionRevisions.number,
        sha256: workflowDefinitionRevisions.sha256,
        created_by: users.name,
        created_at: workflowDefinitionRevisions.created_at,
      })
      .from(workflowDefinitionRevisions)
      .leftJoin(users, eq(users.id, workflowDefinitionRevisions.created_by))
      .where(eq(workflowDefinitionRevisions.workflow_definition_id, id))
      .orderBy(desc(workflowDefinitionRevisions.number)),
    db
      .select({ compiled: workflowDefinitionRevisions.compiled })
      .from(workflowDefinitionRevisions)
      .where(eq(workflowDefinitionRevisions.workflow_definition_id, id))
      .orderBy(desc(workflowDefinitionRevisions.number))
      .limit(1),
    getProjectPath(db, scope),
  ]);
  if (!item) throw new AppError("NOT_FOUND", "There is no such definition.");
  const compiled = newest?.compiled as CompiledDefinition | undefined;
  return {
    ...item,
    source: await sourceOf(project, item.path),
    steps: (compiled?.steps ?? []).map(({ id, name, phase, kind }) => ({ id, name, phase, kind })),
    revisions,
  };
}

/** As `getDefinition`, by the name in the address. */
export async function getDefinitionBySlug(
  caller: Caller,
  { project_id, slug }: { project_id: string; slug: string },
): Promise<Definition> {
  await authorizeProject(caller, project_id, "project:read");
  const [found] = await caller.db
    .select({ id: workflowDefinitions.id })
    .from(workflowDefinitions)
    .where(and(eq(workflowDefinitions.project_id, project_id), eq(workflowDefinitions.slug, slug)));
  if (!found) throw new AppError("NOT_FOUND", "There is no such definition.");
  return getDefinition(caller, found);
}

/** What lies in the project's folder of definitions, looks like one and is not read. */
export async function listIgnoredFiles(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<IgnoredFile[]> {
  const scope = await authorizeProject(caller, project_id, "project:read");
  return listIgnored(await getProjectPath(caller.db, scope));
}

/** The file's text; null where there is none to show. */
async function sourceOf(project: string, path: string): Promise<string | null> {
  const content = await readDefinitionFile(project, path).catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  return content && "source" in content ? content.source : null;
}
