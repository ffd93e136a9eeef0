import { sql } from "drizzle-orm";
import type { ProjectScope } from "../auth/scope";
import type { Tx } from "../db/client";
import { emit } from "../events/emit";
import { withdrawPermissions } from "./withdraw-permissions";

/** Takes back what holds for the agents of a run only as long as their processes live: they begin anew. */
export async function interruptAgents(tx: Tx, scope: ProjectScope, run_id: string): Promise<void> {
  const [stalled] = await Promise.all([
    tx.execute<{ step_id: string }>(sql`
      update workflow_run_steps set stalled_since = null, updated_at = now()
      where workflow_run_id = ${run_id} and stalled_since is not null
      returning step_id`),
    withdrawPermissions(tx, scope, run_id),
  ]);
  for (const { step_id } of stalled) {
    emit(tx, scope, "workflow.step.stalled", { execution_id: run_id, step_id, stalled: false });
  }
}
