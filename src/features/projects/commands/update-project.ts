import { eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projects } from "../../../db/schema/projects";
import { changed } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { getProject } from "../queries";
import type { Project, UpdateProjectInput } from "../schema";

/** Changes the given fields and leaves the others. */
export async function updateProject(
  caller: Caller,
  { id, ...changes }: UpdateProjectInput,
): Promise<Project> {
  const scope = await authorizeProject(caller, id, "project:write");
  if (Object.values(changes).some((value) => value !== undefined)) {
    await transact(caller, scope, "projects.update", async (tx) => {
      const [before] = await tx.select().from(projects).where(eq(projects.id, id)).for("no key update");
      await tx.update(projects).set(changes).where(eq(projects.id, id));
      audit(tx, changed(before ?? {}, changes));
    });
  }
  return getProject(caller, { id });
}
