import { sql } from "drizzle-orm";
import type { Tx } from "../db/client";
import type { RunState, StepState } from "./run-state";
import { KEPT_OUTPUT_BYTES } from "./run-state";

/** A step's times by the database's clock. */
type StepRow = Omit<StepState, "ended_at" | "wake_at"> & {
  ended_ms_ago: number | null;
  wake_in_ms: number | null;
};

/** A run with its steps and their attempts. Large outputs are not read. */
export async function readRunState(tx: Pick<Tx, "execute">, runId: string): Promise<RunState> {
  const [
    {
      rows: [run],
    },
    steps,
  ] = await Promise.all([
    tx.execute<Omit<RunState, "steps">>(
      sql`select status, snapshot, current_phase from workflow_runs where id = ${runId}`,
    ),
    readSteps(tx, runId),
  ]);
  if (!run) throw new Error(`there is no run ${runId}`);
  return { ...run, steps };
}

async function readSteps(tx: Pick<Tx, "execute">, runId: string): Promise<StepState[]> {
  const { rows } = await tx.execute<StepRow>(sql`
    select s.id as row_id, s.step_id, s.status, s.attempt, s.error_message, s.waiting_for,
           case when s.output_bytes <= ${KEPT_OUTPUT_BYTES} then s.output end as output,
           coalesce(s.output_bytes > ${KEPT_OUTPUT_BYTES}, false) as output_left,
           extract(epoch from s.wake_at - clock_timestamp())::float8 * 1000 as wake_in_ms,
           a.tries::int as tries, a.ended_ms_ago::float8 as ended_ms_ago, a.running_attempt_id
    from workflow_run_steps s
    cross join lateral (
      select count(*) filter (where t.number > s.attempts_before) as tries,
             extract(epoch from statement_timestamp() - max(t.completed_at)) * 1000 as ended_ms_ago,
             max(t.id) filter (where t.status = 'running') as running_attempt_id
      from workflow_run_step_attempts t where t.workflow_run_step_id = s.id
    ) a
    where s.workflow_run_id = ${runId}
    order by s.position`);
  // One `now` for all steps, so that their order by end is exact.
  const now = Date.now();
  return rows.map((row) => toStepState(row, now));
}

function toStepState({ ended_ms_ago, wake_in_ms, ...row }: StepRow, now: number): StepState {
  return {
    ...row,
    ended_at: ended_ms_ago === null ? null : now - ended_ms_ago,
    wake_at: wake_in_ms === null ? null : now + wake_in_ms,
  };
}

/** The output in a step's row; null where the row is gone. */
export async function readOutput(db: Pick<Tx, "execute">, row_id: string): Promise<unknown> {
  const [row] = (
    await db.execute<{ output: unknown }>(sql`select output from workflow_run_steps where id = ${row_id}`)
  ).rows;
  return row?.output ?? null;
}
