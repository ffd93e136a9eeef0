import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { workflowTriggers } from "../../../db/schema/triggers";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { authorizeTrigger, emitChange } from "../queries";
import type { NewSecret } from "../schema";
import { newSigningSecret, sealSigningSecret } from "../signing-secret";

/**
 * Creates or replaces a webhook's signing secret; deliveries signed with the old one are refused. `secret` is
 * the server's own. Throws BAD_REQUEST for a schedule.
 */
export async function rotateSecret(
  caller: Caller,
  secret: string,
  { id }: { id: string },
): Promise<NewSecret> {
  const { scope, row } = await authorizeTrigger(caller, id, "definition:write");
  if (row.kind !== "webhook") throw new AppError("BAD_REQUEST", "A schedule has no signing secret.");
  const signing = newSigningSecret();
  await transact(caller, scope, "triggers.rotateSecret", async (tx) => {
    await tx
      .update(workflowTriggers)
      .set({ secret: sealSigningSecret(secret, id, signing), last_error: null })
      .where(eq(workflowTriggers.id, id));
    audit(tx, { target: { type: "trigger", id, name: row.key } });
    await emitChange(tx, scope, row.workflow_definition_id);
  });
  return { id, secret: signing };
}
