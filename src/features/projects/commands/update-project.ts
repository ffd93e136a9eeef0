import { eq } from "drizzle-orm";
import { machineName } from "../../../auth/machines";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projects } from "../../../db/schema/projects";
import { users } from "../../../db/schema/users";
import { changed } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { getProject } from "../queries";
import type { Project, UpdateProjectInput } from "../schema";

/** Changes the given fields and leaves the others. Its machine account is called after it. */
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
      if (changes.name === undefined) return;
      await tx
        .update(users)
        .set({ name: machineName(changes.name) })
        .where(eq(users.project_id, id));
    });
  }
  return getProject(caller, { id });
}
