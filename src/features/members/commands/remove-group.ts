import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projectGroups } from "../../../db/schema/roles";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { findProjectGroup } from "../group-queries";
import type { RemoveGroupInput } from "../schema";
import { keepAnOwner, lockOwners } from "./keep-an-owner";

/** Takes the group's role in the project away. Ends the open streams of those who were here by it alone. */
export async function removeGroup(caller: Caller, input: RemoveGroupInput): Promise<{ group_id: string }> {
  const { project_id, group_id } = input;
  const scope = await authorizeProject(caller, project_id, "member:write");
  return transact(caller, scope, "members.removeGroup", async (tx) => {
    await lockOwners(tx, project_id);
    const before = await findProjectGroup(tx, project_id, group_id);
    const [gone] = await tx
      .delete(projectGroups)
      .where(and(eq(projectGroups.project_id, project_id), eq(projectGroups.group_id, group_id)))
      .returning({ group_id: projectGroups.group_id });
    if (!gone) throw new AppError("NOT_FOUND", "The group has no role in this project.");
    await keepAnOwner(tx, project_id);
    audit(tx, {
      target: { type: "group", id: group_id, name: before?.name ?? null },
      before: { role: before?.role },
    });
    return gone;
  });
}
