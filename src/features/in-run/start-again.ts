import { sql } from "drizzle-orm";
import type { RunScope } from "../../auth/scope";
import type { Tx } from "../../db/client";
import { encodeLine } from "../../engine/logs/line";
import { type HeldRun, project } from "../../journal/project";
import { enqueueAdvance } from "../../queue/enqueue";

export interface StartAgain {
  /** Place of the first step to do again, in the run's order. */
  position: number;
  /** How many steps are kept. */
  kept: number;
  /** Number of the revision to go on with; null: the run's own. */
  revision: number | null;
  /** What the log of the definition's code says about it. */
  said: string;
}

/**
 * Resets a step of an ended run and all steps after it, and queues the run. The caller holds the lock of the run's row,
 * has checked that it may become pending, and says so to people.
 */
export async function startAgain(
  tx: Tx,
  scope: RunScope,
  run: HeldRun & { priority: number },
  { position, kept, revision, said }: StartAgain,
): Promise<void> {
  await project(tx, scope, run, [{ kind: "retried", position, revision }]);
  await markCodeLog(tx, run.id, kept, said);
  await enqueueAdvance(tx, run.id, { priority: run.priority });
}

/**
 * Marks, in the log of what the definition's code prints, that output after the kept steps will be printed
 * again. Writes nothing if the log is empty.
 */
async function markCodeLog(tx: Tx, run_id: string, steps: number, text: string): Promise<void> {
  const bytes = Buffer.from(encodeLine(new Date().toISOString(), "system", `${text}\n`));
  await tx.execute(sql`
    insert into workflow_code_log_chunks (workflow_run_id, "offset", bytes, steps, prints)
    select ${run_id}, max("offset" + length(bytes)), ${bytes}::bytea, ${steps}, 0
    from workflow_code_log_chunks where workflow_run_id = ${run_id}
    having count(*) > 0`);
}
