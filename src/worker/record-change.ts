import { sql } from "drizzle-orm";
import { workerScope } from "../auth/scope";
import type { Db, Tx } from "../db/client";
import { logDirectoryKey, transcriptKey } from "../engine/logs/paths";
import {
  type AgentUsage,
  type Change,
  type Claim,
  ClaimLost,
  type FinishedAttempt,
  StaleState,
  type StartedAttempt,
  type StepState,
} from "../engine/ports";
import type { RunStatus } from "../engine/states";
import { afterCommit, emit, transact } from "../events/emit";
import { wakerOf } from "../events/wake";
import { newId } from "../lib/ids";
import { enqueueNext } from "../queue/enqueue-next";
import { insertArtifacts } from "./artifacts/insert-artifacts";

/** Writes one change of a run with its events, where the claim still stands; see `RunStore.record`. */
export function recordChange(db: Db, claim: Claim, change: Change): Promise<RunStatus> {
  const { run } = claim;
  const scope = workerScope(run.project.id, { type: "worker", worker_id: claim.worker_id });
  const execution_id = run.id;
  return transact(db, async (tx) => {
    const before = await lockClaimed(tx, claim);
    if (before.status !== "running" && before.status !== "paused") return before.status;
    const goesOn = before.status === "running";
    const { finished } = change;
    // A paused run takes the attempts' ends alone.
    const { skipped, started, ended } = goesOn ? change : { skipped: [], started: [], ended: null };

    // Sent without waiting for each other: one round trip, in this order on the one connection.
    await Promise.all([
      ...finished.flatMap((attempt) => finishAttempt(tx, attempt)),
      ...(skipped.length > 0 ? [skipSteps(tx, skipped)] : []),
      ...started.flatMap((attempt) => [
        ...(attempt.step.is_new ? [insertStep(tx, claim, attempt)] : []),
        startAttempt(tx, claim, attempt),
      ]),
      updateRun(tx, claim, { ...change, started, ended, goesOn }),
    ]);
    if (ended) await enqueueNext(tx, run.project.id);

    for (const attempt of finished) {
      await insertArtifacts(tx, scope, run.id, attempt);
      const status = attempt.again ? "pending" : attempt.result.status;
      emit(tx, scope, "workflow.step.completed", { execution_id, step_id: attempt.step.step_id, status });
      afterCommit(tx, () => wakerOf(db.$client).wake("logs", attempt.attempt_id));
    }
    for (const { step_id } of skipped) {
      emit(tx, scope, "workflow.step.completed", { execution_id, step_id, status: "skipped" });
    }
    const current_phase = started.at(-1)?.definition.phase;
    if (current_phase !== undefined && current_phase !== before.current_phase) {
      emit(tx, scope, "workflow.execution.phase_changed", { execution_id, current_phase });
    }
    for (const { definition, waiting } of started) {
      const { id, name, phase } = definition;
      emit(tx, scope, "workflow.step.started", { execution_id, step_id: id, step_name: name, phase });
      if (waiting?.for === "approval") {
        emit(tx, scope, "workflow.step.waiting", { execution_id, step_id: id, for: "approval" });
      }
    }
    if (ended) emit(tx, scope, "workflow.execution.status_changed", { execution_id, status: ended.status });
    return ended?.status ?? before.status;
  });
}

interface Before extends Record<string, unknown> {
  status: RunStatus;
  current_phase: string | null;
}

/** Locks the run's row under this claim; a claim that is void writes nothing. */
async function lockClaimed(tx: Tx, { run, epoch, worker_id }: Claim): Promise<Before> {
  const [before] = await tx.execute<Before>(sql`
    select status, current_phase from workflow_runs
    where id = ${run.id} and epoch = ${epoch} and claimed_by = ${worker_id}
    for no key update`);
  if (!before) throw new ClaimLost(`run ${run.id} is not claimed under epoch ${epoch} any more`);
  return before;
}

function finishAttempt(
  tx: Tx,
  { step, attempt_id, result, again, sealed, session }: FinishedAttempt,
): Promise<void>[] {
  const error_message = result.status === "failed" ? textOf(result.error_message) : null;
  const output = sql`${JSON.stringify(result.output ?? null)}::jsonb`;
  const finish = tx.execute<{ steps: number; attempts: number }>(sql`
    with s as (
      update workflow_run_steps
      set status = ${result.status}, output = nullif(${output}, 'null'::jsonb), error_message = ${error_message},
          waiting_for = null, wake_at = null, completed_at = now(), updated_at = now()
      where id = ${step.row_id} and status = 'running' returning 1
    ), a as (
      update workflow_run_step_attempts
      set status = ${result.status}, output = nullif(${output}, 'null'::jsonb), error_message = ${error_message},
          exit_code = ${result.exit_code}, signal = ${result.signal}, completed_at = now(), updated_at = now()
      where id = ${attempt_id} and status = 'running' returning 1
    ), c as (
      delete from workflow_log_chunks where attempt_id = ${attempt_id} and ${sealed}::boolean
    )
    select (select count(*) from s)::int as steps, (select count(*) from a)::int as attempts`);
  const checked = finish.then(([written]) => {
    if (written?.steps !== 1 || written.attempts !== 1) {
      const message = `attempt ${attempt_id} of step ${step.step_id} was not running when it was to end`;
      throw step.waiting_for === null ? new Error(message) : new StaleState(message);
    }
  });
  const writes = session ? [checked, endSession(tx, step, result.status, session.usage)] : [checked];
  if (!again) return writes;
  const reset = tx.execute(sql`
    update workflow_run_steps set status = 'pending', completed_at = null, updated_at = now()
    where id = ${step.row_id}`);
  return [...writes, reset.then(() => {})];
}

async function endSession(
  tx: Tx,
  { row_id }: StepState,
  status: "completed" | "failed",
  usage: AgentUsage | null,
): Promise<void> {
  const used = usage === null ? sql`null` : sql`${JSON.stringify(usage)}::jsonb`;
  await tx.execute(sql`
    update agent_sessions set status = ${status}, usage = ${used}, completed_at = now(), updated_at = now()
    where id = (select agent_session_id from workflow_run_steps where id = ${row_id}) and status = 'running'`);
}

async function skipSteps(tx: Tx, steps: StepState[]): Promise<void> {
  const rowIds = steps.map((step) => step.row_id);
  await tx.execute(sql`
    with s as (
      update workflow_run_steps
      set status = 'skipped', waiting_for = null, wake_at = null, completed_at = now(), updated_at = now()
      where id in ${rowIds} returning id
    )
    update workflow_run_step_attempts a set status = 'skipped', completed_at = now(), updated_at = now()
    from s where a.workflow_run_step_id = s.id and a.status = 'running'`);
}

/** A step that the code of a definition asks for comes behind those that there are. */
async function insertStep(tx: Tx, { run }: Claim, { step, definition }: StartedAttempt): Promise<void> {
  const { id, name, kind, phase } = definition;
  await tx.execute(sql`
    insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position)
    select ${step.row_id}, ${run.id}, ${id}, ${name}, ${kind}, ${phase},
           coalesce((select max(position) + 1 from workflow_run_steps where workflow_run_id = ${run.id}), 0)`);
}

async function startAttempt(tx: Tx, claim: Claim, started: StartedAttempt): Promise<void> {
  const { step, definition, attempt_id, number, waiting } = started;
  const request = waiting?.request ? sql`${JSON.stringify(waiting.request)}::jsonb` : sql`null`;
  const wait = waiting
    ? sql`, waiting_for = ${waiting.for}, request = ${request},
          wake_at = now() + ${waiting.wake_after_ms} * interval '1 millisecond'`
    : sql``;
  const folder = logDirectoryKey(claim.run.id, step.step_id, number);
  const startedAt = step.tries === 0 ? sql`now()` : sql`coalesce(started_at, now())`;
  const session = definition.kind === "agent" ? newSession(claim, started, definition.agent) : null;
  const ofAgent = session ? sql`, agent_session_id = ${session.id}` : sql``;
  const written = await tx.execute(sql`
    with ${session?.insert ?? sql``} s as (
      update workflow_run_steps
      set status = 'running', attempt = ${number}, started_at = ${startedAt}, completed_at = null, output = null,
          error_message = null, log_directory_path = ${folder}, updated_at = now() ${wait} ${ofAgent}
      where id = ${step.row_id} returning id
    )
    insert into workflow_run_step_attempts (id, workflow_run_step_id, number, log_directory_path, worker_id)
    select ${attempt_id}, s.id, ${number}, ${folder}, ${claim.worker_id} from s
    returning 1`);
  if (written.length !== 1) throw new Error(`step ${step.step_id} has no row to start`);
}

/** The session of an agent's attempt, as the part of a statement that makes its row. */
function newSession({ run }: Claim, { step, number }: StartedAttempt, agent: string) {
  const id = newId();
  const transcript = transcriptKey(run.id, step.step_id, number);
  const insert = sql`g as (
    insert into agent_sessions (id, project_id, agent, status, transcript_path, started_at)
    values (${id}, ${run.project.id}, ${agent}, 'running', ${transcript}, now())
  ),`;
  return { id, insert };
}

async function updateRun(
  tx: Tx,
  { run }: Claim,
  change: Pick<Change, "started" | "ended" | "steps_ended"> & { goesOn: boolean },
): Promise<void> {
  const { started, ended, goesOn } = change;
  // What was decided beyond the attempts' ends does not count for a paused run.
  const index = goesOn
    ? sql`${change.steps_ended}::int`
    : sql`(select count(*) from workflow_run_steps s
           where s.workflow_run_id = ${run.id} and s.status in ('completed', 'failed', 'skipped'))`;
  const newest = started.at(-1);
  const phase = newest ? sql`, current_phase = ${newest.definition.phase}` : sql``;
  const end = ended
    ? sql`, status = ${ended.status}, error_message = ${textOf(ended.error_message)}, completed_at = now(),
          output = nullif(${JSON.stringify(ended.output ?? null)}::jsonb, 'null'::jsonb), claimed_by = null`
    : sql``;
  await tx.execute(sql`
    update workflow_runs set current_step_index = ${index}, updated_at = now() ${phase} ${end}
    where id = ${run.id}`);
}

/** Postgres keeps no U+0000 in a text. */
function textOf(message: string | null): string | null {
  return message === null ? null : message.replaceAll("\0", "\uFFFD");
}
