import { and, desc, eq, sql } from "drizzle-orm";
import { authorizeDefinition, type Caller } from "../../auth/scope";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { workflowDefinitionRevisions } from "../../db/schema/definitions";
import { users } from "../../db/schema/users";
import { AppError } from "../../lib/errors";
import type { Page, PageInput } from "../../lib/page";
import { DEFAULT_LIMIT } from "../../lib/page-size";
import type { DefinitionRevision, ListRevisionsInput, RevisionInput, RevisionWithSource } from "./schema";

/** Estimated bytes of a revision in JSON; its source is not included. */
const REVISION_BYTES = 400;

/** A page of a definition's revisions, newest first. Two queries. */
export async function revisionsPage(
  db: ReadDb,
  definition_id: string,
  input: PageInput = { limit: DEFAULT_LIMIT },
): Promise<Page<DefinitionRevision>> {
  const { id, number, sha256, created_at, created_by } = workflowDefinitionRevisions;
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${workflowDefinitionRevisions}`,
      where: eq(workflowDefinitionRevisions.workflow_definition_id, definition_id),
      id,
      keys: [{ value: number, kind: "number" }],
      descending: true,
      bytes: sql.raw(String(REVISION_BYTES)),
    },
    input,
  );
  const items = await db
    .select({ number, sha256, created_by: users.name, created_at })
    .from(workflowDefinitionRevisions)
    .leftJoin(users, eq(users.id, created_by))
    .where(isOneOf(id, ids))
    .orderBy(desc(number));
  return { items, next_cursor };
}

/** A page of a definition's revisions, newest first. Three queries. */
export async function listRevisions(
  caller: Caller,
  { id, project_id, ...page }: ListRevisionsInput,
): Promise<Page<DefinitionRevision>> {
  const { definition_id } = await authorizeDefinition(caller, id, "project:read", project_id);
  return revisionsPage(caller.db, definition_id, page);
}

/** One revision with its source. Throws NOT_FOUND. Two queries. */
export async function getRevision(
  caller: Caller,
  { id, project_id, number: wanted }: RevisionInput,
): Promise<RevisionWithSource> {
  const { definition_id } = await authorizeDefinition(caller, id, "project:read", project_id);
  const { number, sha256, source, created_at, created_by, workflow_definition_id } =
    workflowDefinitionRevisions;
  const [found] = await caller.db
    .select({ number, sha256, source, created_by: users.name, created_at })
    .from(workflowDefinitionRevisions)
    .leftJoin(users, eq(users.id, created_by))
    .where(and(eq(workflow_definition_id, definition_id), eq(number, wanted)));
  if (!found) throw new AppError("NOT_FOUND", `This definition has no revision ${wanted}.`);
  return found;
}
