import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { groups } from "../../db/schema/people";
import { projectGroups } from "../../db/schema/roles";
import type { Page } from "../../lib/page";
import type { ListProjectGroupsInput, ProjectGroup } from "./schema";

/** Estimated bytes of a group in JSON, apart from its name. */
const REST_BYTES = 200;

const readGroups = (db: ReadDb, where: SQL | undefined): Promise<ProjectGroup[]> =>
  db
    .select({
      project_id: projectGroups.project_id,
      group_id: projectGroups.group_id,
      name: groups.name,
      role: projectGroups.role,
      members_count: sql<number>`(
        select count(*)::int from group_members m join users u on u.id = m.user_id and u.disabled_at is null
        where m.group_id = ${projectGroups.group_id})`,
      created_at: projectGroups.created_at,
    })
    .from(projectGroups)
    .innerJoin(groups, eq(groups.id, projectGroups.group_id))
    .where(where)
    .orderBy(asc(sql`lower(${groups.name})`), asc(groups.id));

/** A page of the groups that have a role in the project, by name. Two queries. */
export async function listProjectGroups(
  caller: Caller,
  { project_id, ...page }: ListProjectGroupsInput,
): Promise<Page<ProjectGroup>> {
  await authorizeProject(caller, project_id, "project:read");
  const ofProject = eq(projectGroups.project_id, project_id);
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${projectGroups} join ${groups} on ${groups.id} = ${projectGroups.group_id}`,
      where: ofProject,
      id: groups.id,
      keys: [{ value: sql`lower(${groups.name})`, kind: "text" }],
      bytes: sql`${textBytes(groups.name)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  return { items: await readGroups(caller.db, and(ofProject, isOneOf(groups.id, ids))), next_cursor };
}

/** The group's place in the project; null if it has no role there. */
export async function findProjectGroup(
  db: ReadDb,
  project_id: string,
  group_id: string,
): Promise<ProjectGroup | null> {
  const its = and(eq(projectGroups.project_id, project_id), eq(projectGroups.group_id, group_id));
  return (await readGroups(db, its))[0] ?? null;
}
