import { and, eq, getTableColumns, ne, sql } from "drizzle-orm";
import { authorizeDefinition, authorizeProject, type Caller, type ProjectScope } from "../../auth/scope";
import { jsonBytes, textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { workflowDefinitions } from "../../db/schema/definitions";
import { AppError } from "../../lib/errors";
import type { Page } from "../../lib/page";
import { getProjectPath } from "../projects/queries";
import { readDefinitionFile } from "./files";
import { listIgnored } from "./list-ignored";
import { revisionsPage } from "./list-revisions";
import type { Definition, DefinitionListItem, IgnoredFile, ListDefinitionsInput } from "./schema";

/** Estimated bytes of a definition in JSON, apart from its fields of varying length. */
const REST_BYTES = 700;

const COLUMNS = {
  ...getTableColumns(workflowDefinitions),
  // Drizzle omits table names in a select from one table, but a subquery needs them: hence the raw SQL.
  revision: sql<number | null>`(
    select max(r.number) from workflow_definition_revisions r
    where r.workflow_definition_id = workflow_definitions.id)`,
  disabled_by: sql<string | null>`(select u.name from users u where u.id = workflow_definitions.disabled_by)`,
  runs_count: sql<number>`(
    select coalesce(sum(c.amount), 0)::int from run_counts c
    where c.project_id = workflow_definitions.project_id and c.workflow_definition_id = workflow_definitions.id)`,
};

/** A page of the project's definitions by name, archived ones last. Three queries. */
export async function listDefinitions(
  caller: Caller,
  { project_id, ...page }: ListDefinitionsInput,
): Promise<Page<DefinitionListItem>> {
  await authorizeProject(caller, project_id, "project:read");
  const { id, name, status, description, phases, args_schema, load_error } = workflowDefinitions;
  const order = [sql`(${status} = 'archived')::integer`, sql`lower(${name})`, sql`${id}`] as const;
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${workflowDefinitions}`,
      where: eq(workflowDefinitions.project_id, project_id),
      id,
      keys: [
        { value: order[0], kind: "number" },
        { value: order[1], kind: "text" },
      ],
      bytes: sql`${textBytes(name)} + ${textBytes(description)} + ${jsonBytes(phases)} + ${jsonBytes(args_schema)}
        + ${jsonBytes(load_error)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  const items = await caller.db
    .select(COLUMNS)
    .from(workflowDefinitions)
    .where(isOneOf(id, ids))
    .orderBy(...order);
  return { items, next_cursor };
}

/** A definition with its file's text and the first page of its revisions. Throws NOT_FOUND. */
export async function getDefinition(
  caller: Caller,
  { id: id_or_slug, project_id }: { id: string; project_id?: string | undefined },
): Promise<Definition> {
  const scope = await authorizeDefinition(caller, id_or_slug, "project:read", project_id);
  const id = scope.definition_id;
  const { db } = caller;
  const [[item], revisions, steps, spent, project] = await Promise.all([
    db.select(COLUMNS).from(workflowDefinitions).where(eq(workflowDefinitions.id, id)),
    revisionsPage(db, id),
    stepsOf(db, id),
    spentBy(db, id),
    getProjectPath(db, scope),
  ]);
  if (!item) throw new AppError("NOT_FOUND", "There is no such definition.");
  const { badge_key } = item;
  const content = await contentOf(project, item.path);
  return {
    ...item,
    badge_path: `/api/workflows/${id}/badge.svg${badge_key === null ? "" : `?key=${badge_key}`}`,
    is_badge_public: badge_key !== null,
    source: content?.source ?? null,
    source_sha256: content?.sha256 ?? null,
    steps,
    ...spent,
    revisions: revisions.items,
    revisions_next_cursor: revisions.next_cursor,
  };
}

/** What the agents of its newest runs used. A definition may have a million, which no page waits for. */
async function spentBy(db: ReadDb, id: string): Promise<Pick<Definition, "tokens" | "cost" | "currency">> {
  const { rows } = await db.execute<Pick<Definition, "tokens" | "cost" | "currency">>(sql`
    select sum(tokens)::float8 as tokens, sum(cost) as cost, max(currency) as currency
    from (select tokens, cost, currency from workflow_runs where workflow_definition_id = ${id}
          order by created_at desc, id desc limit 1000) newest`);
  return rows[0] ?? { tokens: null, cost: null, currency: null };
}

/** Steps of the newest revision without their bodies. Bodies and TypeScript code may be large. */
async function stepsOf(db: ReadDb, id: string): Promise<Definition["steps"]> {
  const [newest] = (
    await db.execute<{ steps: Definition["steps"] | null }>(sql`
    select (
      select json_agg(json_build_object('id', step ->> 'id', 'name', step ->> 'name', 'phase', step ->> 'phase',
                                        'kind', step ->> 'kind', 'needs', step -> 'needs',
                                        'is_conditional', step ->> 'if' is not null,
                                        'rework', step #>> '{changes,rework}') order by place)
      from json_array_elements(v.compiled -> 'steps') with ordinality as steps(step, place)
    ) as steps
    from workflow_definition_revisions v
    where v.workflow_definition_id = ${id}
    order by v.number desc limit 1`)
  ).rows;
  return newest?.steps ?? [];
}

/** As `getDefinition`, by the name in the address. */
export async function getDefinitionBySlug(
  caller: Caller,
  { project_id, slug }: { project_id: string; slug: string },
): Promise<Definition> {
  const scope = await authorizeProject(caller, project_id, "project:read");
  const [found] = await caller.db
    .select({ id: workflowDefinitions.id })
    .from(workflowDefinitions)
    .where(and(eq(workflowDefinitions.project_id, project_id), eq(workflowDefinitions.slug, slug)));
  if (!found) throw await noSuchDefinition(caller.db, scope);
  return getDefinition(caller, found);
}

/** Files in the definitions folder that look like definitions but are not read. */
export async function listIgnoredFiles(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<IgnoredFile[]> {
  const scope = await authorizeProject(caller, project_id, "project:read");
  return listIgnored(await getProjectPath(caller.db, scope));
}

/** The file's text and its hash; null if it cannot be shown. */
async function contentOf(project: string, path: string): Promise<{ source: string; sha256: string } | null> {
  const content = await readDefinitionFile(project, path).catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  return content && "source" in content ? content : null;
}

const MAX_NAMED = 5;

/** The error for an unknown definition name. It lists at most five names that exist. */
export async function noSuchDefinition(db: ReadDb, { project_id }: ProjectScope): Promise<AppError> {
  const { slug, status, project_id: of } = workflowDefinitions;
  const rows = await db
    .select({ slug })
    .from(workflowDefinitions)
    .where(and(eq(of, project_id), ne(status, "archived")))
    .orderBy(slug)
    .limit(MAX_NAMED + 1);
  return new AppError("NOT_FOUND", `There is no such definition in this project. ${named(rows)}`);
}

function named(rows: { slug: string }[]): string {
  if (rows.length === 0) return "It has none.";
  const slugs = rows.slice(0, MAX_NAMED).map(({ slug }) => slug);
  return `It has ${slugs.join(", ")}${rows.length > MAX_NAMED ? " and more" : ""}.`;
}
