import { asc, eq, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import { projectMembers } from "../../db/schema/projects";
import { users } from "../../db/schema/users";
import type { Member } from "./schema";

export const MEMBER_COLUMNS = {
  project_id: projectMembers.project_id,
  user_id: projectMembers.user_id,
  name: users.name,
  email: users.email,
  role: projectMembers.role,
  created_at: projectMembers.created_at,
};

/** Everybody in the project, by name. */
export async function listMembers(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<{ items: Member[]; next_cursor: null }> {
  await authorizeProject(caller, project_id, "project:read");
  const items = await caller.db
    .select(MEMBER_COLUMNS)
    .from(projectMembers)
    .innerJoin(users, eq(users.id, projectMembers.user_id))
    .where(eq(projectMembers.project_id, project_id))
    .orderBy(asc(sql`lower(${users.name})`), asc(users.id));
  return { items, next_cursor: null };
}
