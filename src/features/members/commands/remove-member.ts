import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projectMembers } from "../../../db/schema/projects";
import { AppError } from "../../../lib/errors";
import type { RemoveMemberInput } from "../schema";
import { keepAnOwner } from "./keep-an-owner";

/** Owners may remove anybody, everybody themselves. Ends the open streams of who is removed. */
export async function removeMember(caller: Caller, input: RemoveMemberInput): Promise<{ user_id: string }> {
  const leaving = caller.actor.user_id === input.user_id;
  await authorizeProject(caller, input.project_id, leaving ? "project:read" : "member:write");
  return caller.db.transaction(async (tx) => {
    await keepAnOwner(tx, input.project_id, input.user_id);
    const [gone] = await tx
      .delete(projectMembers)
      .where(and(eq(projectMembers.project_id, input.project_id), eq(projectMembers.user_id, input.user_id)))
      .returning({ user_id: projectMembers.user_id });
    if (!gone) throw new AppError("NOT_FOUND", "There is no such member in this project.");
    return gone;
  });
}
