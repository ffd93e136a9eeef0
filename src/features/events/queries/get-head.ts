import { eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projects } from "../../../db/schema/projects";

/** Number of the newest event. Get it, read rows, then follow what comes after: nothing is missed. */
export async function getHead(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<{ id: number }> {
  await authorizeProject(caller, project_id, "project:read");
  const [project] = await caller.db
    .select({ id: projects.event_seq })
    .from(projects)
    .where(eq(projects.id, project_id));
  return { id: project?.id ?? 0 };
}
