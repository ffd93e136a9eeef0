/* The statements by which a run's progress is written. What they have to be sure of is told or asserted. */
import { type SQL, sql } from "drizzle-orm";
import { logDirectoryKey, transcriptKey } from "../engine/logs/paths";
import type { AgentUsage, Change, Claim, FinishedAttempt, StartedAttempt, StepState } from "../engine/ports";
import { newId } from "../lib/ids";

/** The end of a statement: says of each of its parts how many rows it wrote. */
export type Outcome = (parts: string[]) => SQL;

export const told: Outcome = (parts) =>
  sql`select ${joined(parts.map((part) => sql`(select count(*) from ${sql.raw(part)})::int as ${sql.raw(part)}`))}`;

/** Divides by zero, which undoes the transaction, where a part wrote nothing. */
export const asserted: Outcome = (parts) =>
  sql`select ${joined(parts.map((part) => sql`1 / (select count(*) from ${sql.raw(part)})::int`))}`;

const joined = (parts: SQL[]) => sql.join(parts, sql`, `);

/** Parts `steps` and `attempts`. */
export function finishWrite({ step, attempt_id, result, log }: FinishedAttempt, outcome: Outcome): SQL {
  const error_message = result.status === "failed" ? textOf(result.error_message) : null;
  const output = jsonOf(result.output);
  return sql`
    with steps as (
      update workflow_run_steps
      set status = ${result.status}, output = ${output}, error_message = ${error_message},
          waiting_for = null, wake_at = null, stalled_since = null, completed_at = now(), updated_at = now()
      where id = ${step.row_id} and status = 'running' returning 1
    ), attempts as (
      update workflow_run_step_attempts
      set status = ${result.status}, output = ${output}, error_message = ${error_message},
          exit_code = ${result.exit_code}, signal = ${result.signal}, completed_at = now(), updated_at = now()
      where id = ${attempt_id} and status = 'running' returning 1
    ) ${logPart(attempt_id, log)}
    ${outcome(["steps", "attempts"])}`;
}

/** The live bytes of a log that is files by now go; else what of them is no row yet becomes one. */
function logPart(attempt_id: string, log: FinishedAttempt["log"]): SQL {
  if (log.sealed) return sql`, gone as (delete from workflow_log_chunks where attempt_id = ${attempt_id})`;
  return log.rest.length === 0 ? sql`` : sql`, rest as (${chunksWrite(attempt_id, log.rest)})`;
}

export function chunksWrite(
  attempt_id: string,
  chunks: { type: string; offset: number; bytes: Buffer }[],
): SQL {
  const values = chunks.map(
    ({ type, offset, bytes }) => sql`(${attempt_id}, ${type}, ${offset}::bigint, ${bytes}::bytea)`,
  );
  return sql`
    insert into workflow_log_chunks (attempt_id, type, "offset", bytes) values ${joined(values)}
    on conflict do nothing`;
}

export function againWrite({ row_id }: StepState, after_ms: number): SQL {
  return sql`
    update workflow_run_steps set status = 'pending', completed_at = null, updated_at = now(),
      wake_at = now() + ${after_ms} * interval '1 millisecond'
    where id = ${row_id}`;
}

export function endSessionWrite(
  { row_id }: StepState,
  status: "completed" | "failed",
  usage: AgentUsage | null,
): SQL {
  const used = usage === null ? sql`null` : sql`${JSON.stringify(usage)}::jsonb`;
  return sql`
    update agent_sessions set status = ${status}, usage = ${used}, completed_at = now(), updated_at = now()
    where id = (select agent_session_id from workflow_run_steps where id = ${row_id}) and status = 'running'`;
}

export function skipWrite(steps: StepState[]): SQL {
  const rowIds = steps.map((step) => step.row_id);
  return sql`
    with s as (
      update workflow_run_steps
      set status = 'skipped', waiting_for = null, wake_at = null, completed_at = now(), updated_at = now()
      where id in ${rowIds} returning id
    )
    update workflow_run_step_attempts a set status = 'skipped', completed_at = now(), updated_at = now()
    from s where a.workflow_run_step_id = s.id and a.status = 'running'`;
}

/** A step that the code of a definition asks for comes behind those that there are. */
export function insertStepWrite({ run }: Claim, { step, definition }: StartedAttempt): SQL {
  const { id, name, kind, phase } = definition;
  return sql`
    insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position)
    select ${step.row_id}, ${run.id}, ${id}, ${name}, ${kind}, ${phase},
           coalesce((select max(position) + 1 from workflow_run_steps where workflow_run_id = ${run.id}), 0)`;
}

/** Part `attempts`. */
export function startWrite(claim: Claim, started: StartedAttempt, outcome: Outcome): SQL {
  const { step, definition, attempt_id, number, waiting } = started;
  const request = jsonOf(waiting?.request);
  const wait = waiting
    ? sql`, waiting_for = ${waiting.for}, request = ${request},
          wake_at = now() + ${waiting.wake_after_ms} * interval '1 millisecond'`
    : sql`, wake_at = null`;
  const folder = logDirectoryKey(claim.run.id, step.step_id, number);
  const startedAt = step.tries === 0 ? sql`now()` : sql`coalesce(started_at, now())`;
  const session = definition.kind === "agent" ? newSession(claim, started, definition.agent) : null;
  const ofAgent = session ? sql`, agent_session_id = ${session.id}` : sql``;
  return sql`
    with ${session?.insert ?? sql``} s as (
      update workflow_run_steps
      set status = 'running', attempt = ${number}, started_at = ${startedAt}, completed_at = null, output = null,
          error_message = null, log_directory_path = ${folder}, updated_at = now() ${wait} ${ofAgent}
      where id = ${step.row_id} returning id
    ), attempts as (
      insert into workflow_run_step_attempts (id, workflow_run_step_id, number, log_directory_path, worker_id)
      select ${attempt_id}, s.id, ${number}, ${folder}, ${claim.worker_id} from s
      returning 1
    )
    ${outcome(["attempts"])}`;
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

export function newestStart({
  checkpoints,
  started,
}: Pick<Change, "checkpoints" | "started">): StartedAttempt | undefined {
  return started.at(-1) ?? checkpoints.flatMap((checkpoint) => checkpoint.started).at(-1);
}

/** The run's own columns; `goesOn` false: what was decided beyond the attempts' ends does not count. */
export function runColumns(
  { run }: Claim,
  change: Pick<Change, "checkpoints" | "started" | "ended" | "steps_ended">,
  goesOn: boolean,
): SQL {
  const { ended } = change;
  const index = goesOn
    ? sql`${change.steps_ended}::int`
    : sql`(select count(*) from workflow_run_steps s
           where s.workflow_run_id = ${run.id} and s.status in ('completed', 'failed', 'skipped'))`;
  const newest = newestStart(change);
  const phase = newest ? sql`, current_phase = ${newest.definition.phase}` : sql``;
  const end = ended
    ? sql`, status = ${ended.status}, error_message = ${textOf(ended.error_message)}, completed_at = now(),
          output = ${jsonOf(ended.output)}, claimed_by = null`
    : sql``;
  return sql`current_step_index = ${index}, updated_at = now() ${phase} ${end}`;
}

/** Postgres keeps no U+0000 in a text. */
function textOf(message: string | null): string | null {
  return message === null ? null : message.replaceAll("\0", "\uFFFD");
}

/** Not jsonb: what expressions make of a value is one text, before it was recorded and after. */
function jsonOf(value: unknown): SQL {
  return value === undefined || value === null ? sql`null::json` : sql`${JSON.stringify(value)}::json`;
}
