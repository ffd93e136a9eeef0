import { eq, sql } from "drizzle-orm";
import { type ProjectScope, workerScope } from "../../auth/scope";
import type { Tx } from "../../db/client";
import { workflowTriggers } from "../../db/schema/triggers";
import { writeSystemComment } from "../comments/commands/write-comment";
import { emitChange, type ProjectTrigger, type TriggerRecord } from "./queries";

type Values = Partial<Pick<TriggerRecord, "enabled" | "next_run_at">>;

/** Records a start at the trigger and comments on the run; call it in the run's transaction. */
export async function noteStart(
  tx: Tx,
  scope: ProjectScope,
  { trigger, run_id, what, ...values }: { trigger: TriggerRecord; run_id: string; what: string } & Values,
): Promise<void> {
  await writeSystemComment(tx, scope, { run_id, text: `Started by ${what}.` });
  await tx
    .update(workflowTriggers)
    .set({ ...values, last_fired_at: sql`clock_timestamp()`, last_run_id: run_id, last_error: null })
    .where(eq(workflowTriggers.id, trigger.id));
}

/** Records why a trigger started nothing, and emits an event. */
export async function noteFailure(
  tx: Tx,
  trigger: ProjectTrigger,
  values: Values & { last_error: string },
): Promise<void> {
  await tx.update(workflowTriggers).set(values).where(eq(workflowTriggers.id, trigger.id));
  const scope = workerScope(trigger.project_id, { type: "system" });
  await emitChange(tx, scope, trigger.workflow_definition_id);
}
