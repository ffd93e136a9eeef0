import { type SQL, sql } from "drizzle-orm";
import type { ProjectScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { emit } from "../../../events/emit";

/** What is kept of a change, as one value, until the rows tell of it. */
export interface CheckpointEntry {
  /** Attempts that completed. */
  ended: {
    /** Id of the step's row. */
    row_id: string;
    step_id: string;
    attempt_id: string;
    output: unknown;
    exit_code: number | null;
    signal: string | null;
    /** Small live logs, that are rows from then on; `bytes` in base64. */
    log: { type: string; offset: number; bytes: string }[];
  }[];
  /** Attempts that began. */
  started: {
    row_id: string;
    /** The step has no row yet. */
    is_new: boolean;
    step_id: string;
    name: string;
    kind: string;
    phase: string;
    attempt_id: string;
    number: number;
    /** Tries of the step before this one, since the run was last started. */
    tries: number;
    folder: string;
    worker_id: string;
  }[];
}

/** What is told of a checkpoint that is recorded. */
export interface Told {
  ended: { step_id: string }[];
  started: { step_id: string; name: string; phase: string }[];
}

/** Records the run's checkpoints, so that its rows tell all. The caller holds the run's lock. */
export async function recordCheckpoints(tx: Tx, scope: ProjectScope, run_id: string): Promise<void> {
  const found = await tx.execute<{ entry: CheckpointEntry; current_phase: string | null }>(sql`
    select c.entry, r.current_phase from workflow_checkpoints c join workflow_runs r on r.id = c.workflow_run_id
    where r.id = ${run_id} order by c.ordinal`);
  const [first] = found;
  if (!first) return;
  await tx.execute(checkpointsWrite(run_id));
  const entries = found.map(({ entry }) => entry);
  const phase = tellOfCheckpoints(tx, scope, run_id, entries, first.current_phase);
  await tx.execute(sql`
    update workflow_runs set updated_at = now(), current_phase = ${phase},
      current_step_index = (select count(*) from workflow_run_steps s
        where s.workflow_run_id = ${run_id} and s.status in ('completed', 'failed', 'skipped'))
    where id = ${run_id}`);
}

/** Gives the run's phase behind them; `phase` is the one before. */
export function tellOfCheckpoints(
  tx: Tx,
  scope: ProjectScope,
  execution_id: string,
  told: Told[],
  phase: string | null,
): string | null {
  let current_phase = phase;
  for (const { ended, started } of told) {
    for (const { step_id } of ended) {
      emit(tx, scope, "workflow.step.completed", { execution_id, step_id, status: "completed" });
    }
    const next = started.at(-1)?.phase ?? current_phase;
    if (next !== current_phase) {
      emit(tx, scope, "workflow.execution.phase_changed", { execution_id, current_phase: next });
    }
    current_phase = next;
    for (const { step_id, name: step_name, phase } of started) {
      emit(tx, scope, "workflow.step.started", { execution_id, step_id, step_name, phase });
    }
  }
  return current_phase;
}

/**
 * The statement that turns a run's checkpoints into rows, or `told` of them alone; what began and ended among them is
 * written once. It divides by zero, which undoes the transaction, where one of the attempts that had begun before was
 * not running, or where there are more or fewer of them than are told of.
 */
export function checkpointsWrite(run_id: string, told?: { last: number; count: number }): SQL {
  const isTold = told ? sql`and (select count(*) from kept) = ${told.count}` : sql``;
  return sql`
    with kept as materialized (
      delete from workflow_checkpoints
      where workflow_run_id = ${run_id} ${told ? sql`and ordinal <= ${told.last}` : sql``}
      returning ordinal, entry, created_at
    ), started as (
      select b.*, kept.ordinal as kept_at, kept.created_at as began_at
      from kept, rows from (json_to_recordset(kept.entry -> 'started') as (
        row_id text, is_new boolean, step_id text, name text, kind text, phase text, attempt_id text, number integer,
        tries integer, folder text, worker_id text)) with ordinality as b
    ), ended as (
      select e.row_id as ended_row_id, e.attempt_id, e.output as result, e.exit_code, e.signal,
             e.log, kept.created_at as ended_at
      from kept, json_to_recordset(kept.entry -> 'ended') as e (
        row_id text, attempt_id text, output json, exit_code integer, signal text, log json)
    ), tries as materialized (
      select *, case when ended_at is null then 'running' else 'completed' end as status
      from started full join ended using (attempt_id)
    ), new_steps as (
      insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position, status, attempt,
        output, log_directory_path, started_at, completed_at)
      select row_id, ${run_id}, step_id, name, kind, phase, row_number() over (order by kept_at, ordinality) + (
               select coalesce(max(position), -1) from workflow_run_steps where workflow_run_id = ${run_id}),
             status, number, result, folder, began_at, ended_at
      from tries where is_new
    ), old_steps as (
      update workflow_run_steps s
      set status = t.status, attempt = t.number, output = t.result, error_message = null,
          started_at = case when t.tries = 0 then t.began_at else coalesce(s.started_at, t.began_at) end,
          completed_at = t.ended_at, log_directory_path = t.folder, wake_at = null, updated_at = now()
      from tries t where s.id = t.row_id and not t.is_new
    ), new_attempts as (
      insert into workflow_run_step_attempts (id, workflow_run_step_id, number, log_directory_path, worker_id,
        started_at, status, output, exit_code, signal, completed_at)
      select attempt_id, row_id, number, folder, worker_id, began_at, status, result, exit_code, signal, ended_at
      from tries where began_at is not null
    ), other_steps as (
      update workflow_run_steps s
      set status = t.status, output = t.result, error_message = null, completed_at = t.ended_at, updated_at = now()
      from tries t where s.id = t.ended_row_id and t.began_at is null and s.status = 'running' returning 1
    ), other_attempts as (
      update workflow_run_step_attempts a
      set status = t.status, output = t.result, exit_code = t.exit_code, signal = t.signal,
          completed_at = t.ended_at, updated_at = now()
      from tries t where a.id = t.attempt_id and t.began_at is null and a.status = 'running' returning 1
    ), log as (
      insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
      select t.attempt_id, l.type, l."offset", decode(l.bytes, 'base64')
      from tries t, json_to_recordset(t.log) as l (type text, "offset" bigint, bytes text)
      on conflict do nothing
    )
    select 1 / (count(*) = (select count(*) from other_steps)
      and count(*) = (select count(*) from other_attempts) ${isTold})::int
    from tries where began_at is null`;
}
