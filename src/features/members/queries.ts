import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { projectMembers } from "../../db/schema/projects";
import { projectRoles } from "../../db/schema/roles";
import { users } from "../../db/schema/users";
import type { Page } from "../../lib/page";
import type { ListMembersInput, Member } from "./schema";

/** Estimated bytes of a member in JSON, apart from name and address. */
const REST_BYTES = 400;

/** The person's groups that have a role in the project. */
const ofGroups = sql`project_groups g join group_members m on m.group_id = g.group_id join groups n on n.id = g.group_id
  where g.project_id = ${projectRoles.project_id} and m.user_id = ${projectRoles.user_id}`;

const COLUMNS = {
  project_id: projectRoles.project_id,
  user_id: projectRoles.user_id,
  name: users.name,
  email: users.email,
  role: projectRoles.role,
  own_role: projectMembers.role,
  groups: sql<
    string[]
  >`(select coalesce(json_agg(n.name order by lower(n.name)), '[]'::json) from ${ofGroups})`,
  disabled: sql<boolean>`${users.disabled_at} is not null`,
  created_at:
    sql<string>`coalesce(${projectMembers.created_at}, (select min(m.created_at) from ${ofGroups}))`.mapWith(
      projectMembers.created_at,
    ),
};

/** SQL: the own membership is a person's, and not that of the project's machine account. */
export const isPerson = sql`not exists (
  select 1 from users machine where machine.id = ${projectMembers.user_id} and machine.project_id is not null)`;

const readMembers = (db: ReadDb, where: SQL | undefined): Promise<Member[]> =>
  db
    .select(COLUMNS)
    .from(projectRoles)
    .innerJoin(users, eq(users.id, projectRoles.user_id))
    .leftJoin(
      projectMembers,
      and(
        eq(projectMembers.project_id, projectRoles.project_id),
        eq(projectMembers.user_id, projectRoles.user_id),
      ),
    )
    .where(and(where, isNull(users.project_id)))
    .orderBy(asc(sql`lower(${users.name})`), asc(users.id));

/** Everybody with a role in the project, by name, as of their own or by a group. Three queries. */
export async function listMembers(
  caller: Caller,
  { project_id, ...page }: ListMembersInput,
): Promise<Page<Member> & { owners_count: number }> {
  await authorizeProject(caller, project_id, "project:read");
  const ofProject = and(eq(projectRoles.project_id, project_id), isNull(users.project_id));
  const [{ ids, next_cursor }, owners_count] = await Promise.all([
    readPage(
      caller.db,
      {
        from: sql`${projectRoles} join ${users} on ${users.id} = ${projectRoles.user_id}`,
        where: ofProject,
        id: users.id,
        keys: [{ value: sql`lower(${users.name})`, kind: "text" }],
        bytes: sql`${textBytes(users.name)} + ${textBytes(users.email)} + ${sql.raw(String(REST_BYTES))}`,
      },
      page,
    ),
    countOwners(caller.db, project_id),
  ]);
  const items = await readMembers(caller.db, and(ofProject, isOneOf(users.id, ids)));
  return { items, next_cursor, owners_count };
}

/** How many owners of the project can act. */
export async function countOwners(db: ReadDb, project_id: string): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from ${projectRoles} r join ${users} u on u.id = r.user_id and u.disabled_at is null
    where r.project_id = ${project_id} and r.role = 'owner'`);
  return rows[0]?.count ?? 0;
}

/** The person's place in the project; null if they have no role there. */
export async function findMember(db: ReadDb, project_id: string, user_id: string): Promise<Member | null> {
  const theirs = and(eq(projectRoles.project_id, project_id), eq(projectRoles.user_id, user_id));
  return (await readMembers(db, theirs))[0] ?? null;
}
