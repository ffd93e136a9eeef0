import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projectMembers } from "../../../db/schema/projects";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import type { RemoveMemberInput } from "../schema";
import { keepAnOwner } from "./keep-an-owner";

/** Owners may remove anybody, everybody themselves. Ends the open streams of who is removed. */
export async function removeMember(caller: Caller, input: RemoveMemberInput): Promise<{ user_id: string }> {
  const leaving = caller.actor.user_id === input.user_id;
  const scope = await authorizeProject(caller, input.project_id, leaving ? "project:read" : "member:write");
  return transact(caller, scope, "members.remove", async (tx) => {
    await keepAnOwner(tx, input.project_id, input.user_id);
    const [gone] = await tx
      .delete(projectMembers)
      .where(and(eq(projectMembers.project_id, input.project_id), eq(projectMembers.user_id, input.user_id)))
      .returning({ user_id: projectMembers.user_id, role: projectMembers.role });
    if (!gone) throw new AppError("NOT_FOUND", "There is no such member in this project.");
    const { user_id, role } = gone;
    audit(tx, { target: { type: "user", id: user_id }, before: { role } });
    return { user_id };
  });
}
