import { asc, eq, getTableColumns } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import { projectSecrets } from "../../db/schema/secrets";
import type { Secret } from "./schema";

const { sealed: _, ...columns } = getTableColumns(projectSecrets);
export const secretColumns = columns;

/** The names of a project's secrets and when they were set, by name. */
export async function listSecrets(caller: Caller, { project_id }: { project_id: string }): Promise<Secret[]> {
  await authorizeProject(caller, project_id, "project:write");
  return caller.db
    .select(secretColumns)
    .from(projectSecrets)
    .where(eq(projectSecrets.project_id, project_id))
    .orderBy(asc(projectSecrets.name));
}
