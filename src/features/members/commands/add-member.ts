import { authorizeProject, type Caller } from "../../../auth/scope";
import { findUserByEmail } from "../../../auth/users";
import type { Tx } from "../../../db/client";
import { projectMembers } from "../../../db/schema/projects";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { findMember } from "../queries";
import type { AddMemberInput, Member } from "../schema";

/**
 * Gives an account a role in the project. Throws NOT_FOUND if there is no such account, CONFLICT if it is a
 * member already.
 */
export async function addMember(caller: Caller, input: AddMemberInput): Promise<Member> {
  const scope = await authorizeProject(caller, input.project_id, "member:write");
  return createOnce(caller, scope, "members.add", (commit) => commit((tx) => insertMember(tx, input)));
}

async function insertMember(tx: Tx, input: AddMemberInput): Promise<Member> {
  const user = await findUserByEmail(tx, input.email);
  if (!user) {
    const message = `Nobody has an account with ${input.email}. An administrator can invite them.`;
    throw new AppError("NOT_FOUND", message, [{ path: "email", message: "has no account" }]);
  }
  const [row] = await tx
    .insert(projectMembers)
    .values({ project_id: input.project_id, user_id: user.id, role: input.role })
    .onConflictDoNothing()
    .returning();
  if (!row) {
    throw new AppError("CONFLICT", `${user.name} is a member already. Change the role in the list instead.`, [
      { path: "email", message: "is a member already" },
    ]);
  }
  audit(tx, { target: { type: "user", id: user.id, name: user.name }, after: { role: input.role } });
  const member = await findMember(tx, input.project_id, user.id);
  if (!member) throw new Error("the member's row did not come back");
  return member;
}
