import { and, asc, eq, getTableColumns, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import { isOneOf, readPage } from "../../db/read-page";
import { projectSecrets } from "../../db/schema/secrets";
import type { Page } from "../../lib/page";
import type { ListSecretsInput, Secret } from "./schema";

/** Estimated bytes of a secret in JSON, apart from its name. */
const REST_BYTES = 200;

const { sealed: _, ...columns } = getTableColumns(projectSecrets);
export const secretColumns = columns;

/** A page of the names of a project's secrets, each with when it was set. Three queries. */
export async function listSecrets(
  caller: Caller,
  { project_id, ...page }: ListSecretsInput,
): Promise<Page<Secret>> {
  await authorizeProject(caller, project_id, "project:write");
  const ofProject = eq(projectSecrets.project_id, project_id);
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${projectSecrets}`,
      where: ofProject,
      id: projectSecrets.name,
      keys: [],
      bytes: sql`${textBytes(projectSecrets.name)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  const items = await caller.db
    .select(secretColumns)
    .from(projectSecrets)
    .where(and(ofProject, isOneOf(projectSecrets.name, ids)))
    .orderBy(asc(projectSecrets.name));
  return { items, next_cursor };
}
