import { eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projects } from "../../../db/schema/projects";
import { getProject } from "../queries";
import type { Project, UpdateProjectInput } from "../schema";

/** Changes the given fields and leaves the others. */
export async function updateProject(
  caller: Caller,
  { id, ...changes }: UpdateProjectInput,
): Promise<Project> {
  await authorizeProject(caller, id, "project:write");
  if (Object.values(changes).some((value) => value !== undefined)) {
    await caller.db.update(projects).set(changes).where(eq(projects.id, id));
  }
  return getProject(caller, { id });
}
