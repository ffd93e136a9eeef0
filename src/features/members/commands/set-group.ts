import { eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { groups } from "../../../db/schema/people";
import { projectGroups } from "../../../db/schema/roles";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { findProjectGroup } from "../group-queries";
import type { ProjectGroup, SetGroupInput } from "../schema";
import { keepAnOwner, lockOwners } from "./keep-an-owner";

/** Gives all members of a group this role in the project, or changes the one that they have. */
export async function setGroup(caller: Caller, input: SetGroupInput): Promise<ProjectGroup> {
  const { project_id, group_id, role } = input;
  const scope = await authorizeProject(caller, project_id, "member:write");
  return transact(caller, scope, "members.setGroup", async (tx) => {
    await lockOwners(tx, project_id);
    const before = await findProjectGroup(tx, project_id, group_id);
    const [group] = await tx
      .select({ id: groups.id })
      .from(groups)
      .where(eq(groups.id, group_id))
      .for("share");
    if (!group) throw new AppError("NOT_FOUND", "There is no such group.");
    await tx
      .insert(projectGroups)
      .values({ project_id, group_id, role })
      .onConflictDoUpdate({ target: [projectGroups.project_id, projectGroups.group_id], set: { role } });
    await keepAnOwner(tx, project_id);
    const made = await findProjectGroup(tx, project_id, group_id);
    if (!made) throw new Error("the group's row did not come back");
    audit(tx, {
      target: { type: "group", id: group_id, name: made.name },
      before: { role: before?.role ?? null },
      after: { role },
    });
    return made;
  });
}
