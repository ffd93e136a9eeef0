import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { workflowTriggers } from "../../../db/schema/triggers";
import type { CompiledSchedule } from "../../../engine/definition/trigger-types";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { nextRunAt } from "../../definitions/next-run";
import { authorizeTrigger, emitChange, getTrigger } from "../queries";
import type { SetEnabledInput, Trigger } from "../schema";

/**
 * Switches a trigger on or off. Its runs start in the name of the person who switched it on. Times missed
 * while it was off are not made up for.
 */
export async function setEnabled(caller: Caller, { id, enabled }: SetEnabledInput): Promise<Trigger> {
  const { scope } = await authorizeTrigger(caller, id, "definition:write");
  return transact(caller, scope, "triggers.setEnabled", async (tx) => {
    const [row] = await tx.select().from(workflowTriggers).where(eq(workflowTriggers.id, id)).for("update");
    if (!row) throw new AppError("NOT_FOUND", "There is no such trigger.");
    const starts = row.kind === "schedule" && enabled;
    const next_run_at = starts
      ? (row.next_run_at ?? (await nextRunAt(tx, row.spec as CompiledSchedule)))
      : null;
    const on = enabled ? { on_behalf_of: caller.actor.user_id, last_error: null } : {};
    await tx
      .update(workflowTriggers)
      .set({ enabled, next_run_at, ...on })
      .where(eq(workflowTriggers.id, id));
    audit(tx, {
      target: { type: "trigger", id, name: row.key },
      before: { enabled: row.enabled },
      after: { enabled },
    });
    await emitChange(tx, scope, row.workflow_definition_id);
    return getTrigger(tx, id);
  });
}
