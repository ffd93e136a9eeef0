import { and, eq, ne } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { projectMembers, projects } from "../../../db/schema/projects";
import { AppError } from "../../../lib/errors";

/**
 * Throws CONFLICT if the project would have no owner after this one leaves. Locks the project, so that two
 * owners cannot leave at the same time.
 */
export async function keepAnOwner(tx: Tx, project_id: string, leaving_user_id: string): Promise<void> {
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, project_id)).for("update");
  const { project_id: of, role, user_id } = projectMembers;
  const others = and(eq(of, project_id), eq(role, "owner"), ne(user_id, leaving_user_id));
  if ((await tx.$count(projectMembers, others)) === 0) {
    throw new AppError("CONFLICT", "A project keeps at least one owner. Make somebody else an owner first.");
  }
}
