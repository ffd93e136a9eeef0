import { sql } from "drizzle-orm";
import { authorizeRun, type Caller, type RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import type { AuditAction } from "../../../events/audit";
import { audit, transact, wakeAfter } from "../../../events/emit";
import { takeKept } from "../../../journal/kept-entries";
import { type HeldRun, project } from "../../../journal/project";
import { type Entry, NOTHING_GIVEN } from "../../../model/entry";
import type { StepKind, StepStatus } from "../../../model/states";
import { enqueueAdvance } from "../../../queue/enqueue";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import type { Run } from "../schema";
import { lockRun, readRun } from "./lock-run";

/**
 * Cancels a run. Its running steps become failed and later ones skipped at once; the worker that holds the
 * run ends the processes. A job is queued to clean up, in case that worker is gone.
 */
export async function cancelRun(
  caller: Caller,
  { id }: { id: string },
  action: AuditAction = "runs.cancel",
): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  const reason = `Cancelled by ${caller.actor.name}`;
  return transact(caller, scope, action, async (tx) => {
    const run = await lockRun(tx, scope, "cancelled", "cancelled");
    audit(tx, { before: { status: run.status } });
    await cancelLocked(tx, scope, run, { reason, text: `Cancelled by ${plain(caller.actor.name)}` });
    return readRun(tx, scope);
  });
}

/** Cancels a run that is locked and may be cancelled; `text` is the system comment with the reason. */
export async function cancelLocked(
  tx: Tx,
  scope: RunScope,
  run: HeldRun,
  { reason, text }: { reason: string; text: string },
): Promise<void> {
  const { run_id } = scope;
  await project(tx, scope, run, await takeKept(tx, run_id));
  const ends = await endsOfSteps(tx, run_id, reason);
  await project(tx, scope, run, [...ends, { kind: "cancelled", reason }]);
  await writeSystemComment(tx, scope, { run_id, text });
  await enqueueAdvance(tx, run_id);
  wakeAfter(tx, { channel: "control", id: run_id });
}

interface OpenStep extends Record<string, unknown> {
  row_id: string;
  step_id: string;
  kind: StepKind;
  status: StepStatus;
  attempt_id: string | null;
}

/** Entries that fail the running steps and skip the waiting ones. */
async function endsOfSteps(tx: Tx, run_id: string, reason: string): Promise<Entry[]> {
  const { rows: open } = await tx.execute<OpenStep>(sql`
    select s.id as row_id, s.step_id, s.kind, s.status, a.id as attempt_id
    from workflow_run_steps s
    left join workflow_run_step_attempts a
      on a.workflow_run_step_id = s.id and a.number = s.attempt and a.status = 'running'
    where s.workflow_run_id = ${run_id} and s.status in ('running', 'pending')
    order by s.position`);
  return open.map(({ kind, status, attempt_id, ...step }): Entry => {
    if (status === "pending") return { kind: "skipped", ...step };
    const session = kind === "agent" ? ({ status: "cancelled", usage: null } as const) : null;
    return { ...NOTHING_GIVEN, ...step, attempt_id, status: "failed", error_message: reason, session };
  });
}
