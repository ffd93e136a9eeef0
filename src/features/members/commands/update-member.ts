import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projectMembers } from "../../../db/schema/projects";
import { users } from "../../../db/schema/users";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { MEMBER_COLUMNS } from "../queries";
import type { Member, UpdateMemberInput } from "../schema";
import { keepAnOwner } from "./keep-an-owner";

/** Changes a member's role. */
export async function updateMember(caller: Caller, input: UpdateMemberInput): Promise<Member> {
  const scope = await authorizeProject(caller, input.project_id, "member:write");
  return transact(caller, scope, "members.update", async (tx) => {
    const member = and(
      eq(projectMembers.project_id, input.project_id),
      eq(projectMembers.user_id, input.user_id),
    );
    if (input.role !== "owner") await keepAnOwner(tx, input.project_id, input.user_id);
    const [before] = await tx
      .select({ role: projectMembers.role })
      .from(projectMembers)
      .where(member)
      .for("update");
    await tx.update(projectMembers).set({ role: input.role }).where(member);
    const [changed] = await tx
      .select(MEMBER_COLUMNS)
      .from(projectMembers)
      .innerJoin(users, eq(users.id, projectMembers.user_id))
      .where(member);
    if (!changed) throw new AppError("NOT_FOUND", "There is no such member in this project.");
    audit(tx, {
      target: { type: "user", id: changed.user_id, name: changed.name },
      before: { role: before?.role },
      after: { role: changed.role },
    });
    return changed;
  });
}
