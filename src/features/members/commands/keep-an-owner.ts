import { eq } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { projects } from "../../../db/schema/projects";
import { AppError } from "../../../lib/errors";
import { countOwners } from "../queries";

/** Locks the project, so that two owners cannot leave at the same time. Call it before a change of owners. */
export async function lockOwners(tx: Tx, project_id: string): Promise<void> {
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, project_id)).for("update");
}

/** Throws CONFLICT, which rolls the change back, where it left the project without an owner that can act. */
export async function keepAnOwner(tx: Tx, project_id: string): Promise<void> {
  if ((await countOwners(tx, project_id)) > 0) return;
  throw new AppError("CONFLICT", "A project keeps at least one owner. Make somebody else an owner first.");
}
