import { and, asc, eq, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import { isOneOf, readPage } from "../../db/read-page";
import { projectMembers } from "../../db/schema/projects";
import { users } from "../../db/schema/users";
import type { Page } from "../../lib/page";
import type { ListMembersInput, Member } from "./schema";

/** Estimated bytes of a member in JSON, apart from name and address. */
const REST_BYTES = 250;

export const MEMBER_COLUMNS = {
  project_id: projectMembers.project_id,
  user_id: projectMembers.user_id,
  name: users.name,
  email: users.email,
  role: projectMembers.role,
  created_at: projectMembers.created_at,
};

/** A page of the project's members by name. Three queries. */
export async function listMembers(
  caller: Caller,
  { project_id, ...page }: ListMembersInput,
): Promise<Page<Member> & { owners_count: number }> {
  await authorizeProject(caller, project_id, "project:read");
  const ofProject = eq(projectMembers.project_id, project_id);
  const [{ ids, next_cursor }, owners_count] = await Promise.all([
    readPage(
      caller.db,
      {
        from: sql`${projectMembers} join ${users} on ${users.id} = ${projectMembers.user_id}`,
        where: ofProject,
        id: users.id,
        keys: [{ value: sql`lower(${users.name})`, kind: "text" }],
        bytes: sql`${textBytes(users.name)} + ${textBytes(users.email)} + ${sql.raw(String(REST_BYTES))}`,
      },
      page,
    ),
    caller.db.$count(projectMembers, and(ofProject, eq(projectMembers.role, "owner"))),
  ]);
  const items = await caller.db
    .select(MEMBER_COLUMNS)
    .from(projectMembers)
    .innerJoin(users, eq(users.id, projectMembers.user_id))
    .where(and(ofProject, isOneOf(users.id, ids)))
    .orderBy(asc(sql`lower(${users.name})`), asc(users.id));
  return { items, next_cursor, owners_count };
}
