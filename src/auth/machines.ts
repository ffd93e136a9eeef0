import { eq } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import { projectMembers, projects } from "../db/schema/projects";
import { users } from "../db/schema/users";
import { AppError } from "../lib/errors";

/**
 * A project's machine account is a user whom nobody is: it acts by tokens alone, in its one project, and outlives the
 * people who made these. It has no password, and nobody can add it to another project.
 */
const ROLE = "maintainer";

export const machineName = (project: string) => `Machine of ${project}`;

/** The id of the project's machine account; null if it has none yet. */
export async function findMachine(db: Db | Tx, project_id: string): Promise<string | null> {
  const [machine] = await db.select({ id: users.id }).from(users).where(eq(users.project_id, project_id));
  return machine?.id ?? null;
}

/** The id of the project's machine account, which is made where there is none. */
export async function ensureMachine(tx: Tx, project_id: string): Promise<string> {
  // Locked, so that two first tokens make one account.
  const [project] = await tx
    .select({ name: projects.name })
    .from(projects)
    .where(eq(projects.id, project_id))
    .for("update");
  if (!project) throw new AppError("NOT_FOUND", "There is no such project.");
  const there = await findMachine(tx, project_id);
  if (there) return there;
  const [machine] = await tx
    .insert(users)
    .values({
      name: machineName(project.name),
      // No mail reaches `.invalid`, and nobody can have an account there.
      email: `machine-${project_id}@phaseboard.invalid`,
      project_id,
    })
    .returning({ id: users.id });
  if (!machine) throw new Error("the machine's row did not come back");
  await tx.insert(projectMembers).values({ project_id, user_id: machine.id, role: ROLE });
  return machine.id;
}
