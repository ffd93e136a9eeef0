import { eq } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { projects } from "../../../db/schema/projects";
import { changed } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import type { SetQuotaInput } from "../schema";

/**
 * Sets what a project may take. Holds at once: a project that takes more starts no run and takes no file, and keeps
 * what it has. Throws FORBIDDEN for everybody but administrators.
 */
export async function setQuota(
  caller: Caller,
  { project_id, quota_bytes }: SetQuotaInput,
): Promise<{ project_id: string; quota_bytes: number | null }> {
  const scope = authorizeAdministrator(caller);
  return transact(caller, scope, "room.setQuota", async (tx) => {
    const [before] = await tx
      .select({ name: projects.name, quota_bytes: projects.quota_bytes })
      .from(projects)
      .where(eq(projects.id, project_id))
      .for("no key update");
    if (!before) throw new AppError("NOT_FOUND", "There is no such project.");
    await tx.update(projects).set({ quota_bytes }).where(eq(projects.id, project_id));
    const project = { id: project_id, name: before.name };
    audit(tx, {
      project,
      target: { type: "project", ...project },
      ...changed({ quota_bytes: before.quota_bytes }, { quota_bytes }),
    });
    return { project_id, quota_bytes };
  });
}
