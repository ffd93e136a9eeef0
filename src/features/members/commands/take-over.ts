import { and, eq, isNull } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { projectMembers, projects } from "../../../db/schema/projects";
import { users } from "../../../db/schema/users";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { countOwners, findMember } from "../queries";
import type { Member, TakeOverInput } from "../schema";
import { lockOwners } from "./keep-an-owner";

/**
 * Makes the administrator, or whom they name, an owner of a project that has none that can act. Throws CONFLICT where
 * it has one, since that one decides who comes in.
 */
export async function takeOver(caller: Caller, input: TakeOverInput): Promise<Member> {
  const scope = authorizeAdministrator(caller);
  const { project_id, user_id = caller.actor.user_id } = input;
  return transact(caller, scope, "members.takeOver", async (tx) => {
    const [project] = await tx
      .select({ name: projects.name })
      .from(projects)
      .where(eq(projects.id, project_id));
    if (!project) throw new AppError("NOT_FOUND", "There is no such project.");
    await lockOwners(tx, project_id);
    if ((await countOwners(tx, project_id)) > 0) {
      const message = `${project.name} has an owner. Ask one of its owners to add you.`;
      throw new AppError("CONFLICT", message, [{ path: "project_id", message: "has an owner" }]);
    }
    const [user] = await tx
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, user_id), isNull(users.disabled_at)));
    if (!user) throw new AppError("NOT_FOUND", "There is no such person who can act.");
    await tx
      .insert(projectMembers)
      .values({ project_id, user_id, role: "owner" })
      .onConflictDoUpdate({
        target: [projectMembers.project_id, projectMembers.user_id],
        set: { role: "owner" },
      });
    audit(tx, {
      project: { id: project_id, name: project.name },
      target: { type: "user", id: user_id },
      after: { role: "owner" },
    });
    const member = await findMember(tx, project_id, user_id);
    if (!member) throw new Error("the member's row did not come back");
    return member;
  });
}
