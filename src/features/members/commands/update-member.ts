import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projectMembers } from "../../../db/schema/projects";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { findMember } from "../queries";
import type { Member, UpdateMemberInput } from "../schema";
import { keepAnOwner, lockOwners } from "./keep-an-owner";

/** Changes a member's own role. */
export async function updateMember(caller: Caller, input: UpdateMemberInput): Promise<Member> {
  const { project_id, user_id, role } = input;
  const scope = await authorizeProject(caller, project_id, "member:write");
  return transact(caller, scope, "members.update", async (tx) => {
    await lockOwners(tx, project_id);
    const before = await findMember(tx, project_id, user_id);
    const [row] = await tx
      .update(projectMembers)
      .set({ role })
      .where(and(eq(projectMembers.project_id, project_id), eq(projectMembers.user_id, user_id)))
      .returning();
    const changed = row && (await findMember(tx, project_id, user_id));
    if (!changed) throw new AppError("NOT_FOUND", "There is no such member in this project.");
    await keepAnOwner(tx, project_id);
    audit(tx, {
      target: { type: "user", id: user_id, name: changed.name },
      before: { role: before?.own_role },
      after: { role },
    });
    return changed;
  });
}
