import { and, eq, isNotNull } from "drizzle-orm";
import type { Db } from "../../db/client";
import { workflowTriggers } from "../../db/schema/triggers";
import { users } from "../../db/schema/users";
import { commit } from "../../events/emit";
import { switchOffRecord } from "./fire-record";
import { noteFailure } from "./outcome";
import { findOwner } from "./owner";
import { selectProjectTriggers } from "./queries";

/** Another process has switched the trigger off, or somebody has it on again. */
class Taken extends Error {}

/** Switches off what would start in the name of somebody disabled, who would find out when it is due next. */
export async function switchOffOwnerless(db: Db): Promise<void> {
  const ownerless = await selectProjectTriggers(db)
    .innerJoin(users, eq(users.id, workflowTriggers.on_behalf_of))
    .where(and(workflowTriggers.enabled, isNotNull(users.disabled_at)));
  for (const trigger of ownerless) {
    const owner = await findOwner(db, trigger);
    if (!("gone" in owner)) continue;
    const work = commit(db, switchOffRecord(trigger, null, owner.gone), async (tx) => {
      const [taken] = await tx
        .select({ id: workflowTriggers.id })
        .from(workflowTriggers)
        .where(and(eq(workflowTriggers.id, trigger.id), workflowTriggers.enabled))
        .for("update", { skipLocked: true });
      if (!taken) throw new Taken();
      await noteFailure(tx, trigger, { enabled: false, next_run_at: null, last_error: owner.gone });
    });
    await work.catch((error: unknown) => {
      if (!(error instanceof Taken)) throw error;
    });
  }
}
