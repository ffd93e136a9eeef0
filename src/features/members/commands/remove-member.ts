import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { requireScope } from "../../../auth/token-scopes";
import { projectMembers } from "../../../db/schema/projects";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { findMember, isPerson } from "../queries";
import type { RemoveMemberInput } from "../schema";
import { keepAnOwner, lockOwners } from "./keep-an-owner";

/** Owners may remove anybody, everybody themselves. Ends the open streams of who is removed. */
export async function removeMember(caller: Caller, input: RemoveMemberInput): Promise<{ user_id: string }> {
  requireScope(caller.actor, "write");
  const { project_id, user_id } = input;
  const leaving = caller.actor.user_id === user_id;
  const scope = await authorizeProject(caller, project_id, leaving ? "project:read" : "member:write");
  return transact(caller, scope, "members.remove", async (tx) => {
    await lockOwners(tx, project_id);
    const [gone] = await tx
      .delete(projectMembers)
      .where(and(eq(projectMembers.project_id, project_id), eq(projectMembers.user_id, user_id), isPerson))
      .returning({ role: projectMembers.role });
    if (!gone) {
      const member = await findMember(tx, project_id, user_id);
      if (!member) throw new AppError("NOT_FOUND", "There is no such member in this project.");
      const message = `${member.name} is here by ${member.groups.join(", ")}. Take the group's role away, or have an administrator take them out of it.`;
      throw new AppError("CONFLICT", message, [{ path: "user_id", message: "is here by a group" }]);
    }
    await keepAnOwner(tx, project_id);
    audit(tx, { target: { type: "user", id: user_id }, before: { role: gone.role } });
    return { user_id };
  });
}
