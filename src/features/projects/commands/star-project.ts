import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projectStars } from "../../../db/schema/projects";
import { bookkeepingOf } from "../../../events/bookkeeping";
import type { StarProjectInput, StarredProject } from "../schema";

/** Puts a project before the caller's others, or back among them. It leaves no audit row, since nobody else sees it. */
export async function starProject(
  caller: Caller,
  { id, starred }: StarProjectInput,
): Promise<StarredProject> {
  await authorizeProject(caller, id, "project:read");
  const { user_id } = caller.actor;
  const db = bookkeepingOf(caller);
  await (starred
    ? db.insert(projectStars).values({ user_id, project_id: id }).onConflictDoNothing()
    : db.delete(projectStars).where(and(eq(projectStars.user_id, user_id), eq(projectStars.project_id, id))));
  return { id, starred };
}
