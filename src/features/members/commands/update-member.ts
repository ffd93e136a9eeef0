import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projectMembers } from "../../../db/schema/projects";
import { users } from "../../../db/schema/users";
import { AppError } from "../../../lib/errors";
import { MEMBER_COLUMNS } from "../queries";
import type { Member, UpdateMemberInput } from "../schema";
import { keepAnOwner } from "./keep-an-owner";

/** Changes a member's role. */
export async function updateMember(caller: Caller, input: UpdateMemberInput): Promise<Member> {
  await authorizeProject(caller, input.project_id, "member:write");
  return caller.db.transaction(async (tx) => {
    const member = and(
      eq(projectMembers.project_id, input.project_id),
      eq(projectMembers.user_id, input.user_id),
    );
    if (input.role !== "owner") await keepAnOwner(tx, input.project_id, input.user_id);
    await tx.update(projectMembers).set({ role: input.role }).where(member);
    const [changed] = await tx
      .select(MEMBER_COLUMNS)
      .from(projectMembers)
      .innerJoin(users, eq(users.id, projectMembers.user_id))
      .where(member);
    if (!changed) throw new AppError("NOT_FOUND", "There is no such member in this project.");
    return changed;
  });
}
