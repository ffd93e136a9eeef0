import { sql } from "drizzle-orm";
import { workerScope } from "../../auth/scope";
import type { Db } from "../../db/client";
import { progress } from "../../events/progress";
import { endLeftAttempts } from "../../journal/end-left-attempts";
import { type HeldRun, project } from "../../journal/project";
import { NOTHING_GIVEN } from "../../model/entry";
import type { StepStatus } from "../../model/states";
import { type DisagreementKind, findDisagreements } from "../../queue/disagreements";
import { mendWait } from "./mend-waits";

const KINDS: DisagreementKind[] = [
  "late_waits",
  "open_steps",
  "open_attempts",
  "open_sessions",
  "open_questions",
];
const INTERRUPTED = "Interrupted: what it belonged to had ended";

/**
 * Ends rows that are running or pending although their run or step is over, as after a disk failure or a manual change.
 * Also corrects waits that a clock which was ahead made too long. Returns the number of changed rows.
 */
export async function mendRows(db: Db, worker_id: string): Promise<number> {
  let mended = 0;
  for (const { kind, ids } of await findDisagreements(db, KINDS)) {
    mended += ids.length;
    if (kind === "late_waits") for (const id of ids) await mendWait(db, id);
    if (kind === "open_steps") for (const id of ids) await endStep(db, worker_id, id);
    if (kind === "open_attempts") await endLeftAttempts(db, ids, INTERRUPTED);
    if (kind === "open_sessions") {
      await db.execute(sql`
        update agent_sessions set status = 'failed', completed_at = now(), updated_at = now()
        where id in ${ids} and status = 'running'`);
    }
    if (kind === "open_questions") {
      await db.execute(sql`
        update agent_permission_requests set status = 'withdrawn', updated_at = now()
        where id in ${ids} and status = 'pending'`);
    }
  }
  return mended;
}

async function endStep(db: Db, worker_id: string, id: string): Promise<void> {
  await progress(db, async (tx) => {
    // Locks the run first, like all that changes a run.
    const [run] = (
      await tx.execute<HeldRun & { project_id: string } & Record<string, unknown>>(sql`
      select r.id, r.project_id, r.current_phase from workflow_runs r
      where r.id = (select workflow_run_id from workflow_run_steps where id = ${id})
        and r.status in ('completed', 'failed', 'cancelled')
      for no key update`)
    ).rows;
    if (!run) return;
    const [step] = (
      await tx.execute<{ row_id: string; step_id: string; status: StepStatus }>(sql`
      select id as row_id, step_id, status from workflow_run_steps
      where id = ${id} and status in ('running', 'pending')`)
    ).rows;
    if (!step) return;
    const { status, ...ofStep } = step;
    const scope = workerScope(run.project_id, { type: "worker", worker_id });
    // The step's attempt is another row, and mended by itself.
    const ended = {
      ...NOTHING_GIVEN,
      ...ofStep,
      attempt_id: null,
      status: "failed",
      error_message: INTERRUPTED,
    } as const;
    await project(tx, scope, run, [status === "running" ? ended : { kind: "skipped", ...ofStep }]);
  });
}
