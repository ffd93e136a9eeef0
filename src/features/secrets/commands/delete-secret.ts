import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projectSecrets } from "../../../db/schema/secrets";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import type { DeleteSecretInput } from "../schema";

/** Deletes a secret; steps that name it fail from then on. Throws NOT_FOUND. */
export async function deleteSecret(
  caller: Caller,
  { project_id, name }: DeleteSecretInput,
): Promise<{ name: string }> {
  const scope = await authorizeProject(caller, project_id, "project:write");
  return transact(caller, scope, "secrets.delete", async (tx) => {
    const [gone] = await tx
      .delete(projectSecrets)
      .where(and(eq(projectSecrets.project_id, project_id), eq(projectSecrets.name, name)))
      .returning({ name: projectSecrets.name });
    if (!gone) throw new AppError("NOT_FOUND", `The project has no secret ${name}.`);
    audit(tx, { target: { type: "secret", id: null, name } });
    return gone;
  });
}
