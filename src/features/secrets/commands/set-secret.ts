import { sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projects } from "../../../db/schema/projects";
import { projectSecrets } from "../../../db/schema/secrets";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { secretColumns } from "../queries";
import type { SetSecret, SetSecretInput } from "../schema";
import { sealSecret } from "../sealing";
import { warningOf } from "../warning-of";

/** A limit, because every log is searched for every secret. */
const MAX_SECRETS = 100;

/**
 * Creates or replaces a secret of the project, and returns a warning if masking its value will hide other
 * text too. Throws CONFLICT above 100 secrets.
 */
export async function setSecret(
  caller: Caller & { secret: string },
  input: SetSecretInput,
): Promise<SetSecret> {
  const { project_id, name } = input;
  const scope = await authorizeProject(caller, project_id, "project:write");
  const sealed = sealSecret(caller.secret, input);
  return transact(caller, scope, "secrets.set", async (tx) => {
    // Lock the project, so that concurrent calls cannot exceed the limit.
    await tx.select({ id: projects.id }).from(projects).where(sql`id = ${project_id}`).for("no key update");
    const others = await tx.$count(projectSecrets, sql`project_id = ${project_id} and name <> ${name}`);
    if (others >= MAX_SECRETS) {
      throw new AppError("CONFLICT", `A project has at most ${MAX_SECRETS} secrets. Delete one first.`);
    }
    const [row] = await tx
      .insert(projectSecrets)
      .values({ project_id, name, sealed })
      .onConflictDoUpdate({
        target: [projectSecrets.project_id, projectSecrets.name],
        set: { sealed, updated_at: sql`now()` },
      })
      .returning(secretColumns);
    if (!row) throw new Error("the secret's row did not come back");
    audit(tx, { target: { type: "secret", id: null, name } });
    return { ...row, warning: warningOf(input) };
  });
}
