import { sql } from "drizzle-orm";
import type { ProjectScope } from "../../auth/scope";
import type { Tx } from "../../db/client";
import { type HeldRun, project } from "../../journal/project";
import { withdrawPermissions } from "./withdraw-permissions";

/** Withdraws permission requests and stall marks of a run's agents: they belong to processes that have ended. */
export async function interruptAgents(tx: Tx, scope: ProjectScope, run: HeldRun): Promise<void> {
  const [{ rows: stalled }] = await Promise.all([
    tx.execute<{ row_id: string; step_id: string }>(sql`
      select id as row_id, step_id from workflow_run_steps
      where workflow_run_id = ${run.id} and stalled_since is not null`),
    withdrawPermissions(tx, scope, run.id),
  ]);
  const entries = stalled.map((step) => ({ kind: "stalled" as const, ...step, stalled: false }));
  await project(tx, scope, run, entries);
}
