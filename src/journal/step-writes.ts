/*
 * The statements that write entries of steps. Each statement takes all entries of its kind; they are of different
 * steps.
 */
import { type SQL, sql } from "drizzle-orm";
import {
  type DecidedEntry,
  type EndedEntry,
  type LogRest,
  plainText,
  type SkippedEntry,
  type StalledEntry,
  type StartedEntry,
  type StepEntry,
  type UsedEntry,
} from "../model/entry";
import { sessionColumns, sumWrites, USAGE_COLUMNS, USAGE_VALUES } from "./usage-writes";

/** A statement, and the number of rows that each column of its answer has to count. */
export interface Write {
  statement: SQL;
  expects?: Record<string, number>;
}

/** The statements for entries of one run, each of a different step. */
export function writesOf(run_id: string, entries: StepEntry[]): Write[] {
  const of = <K extends StepEntry["kind"]>(kind: K) =>
    entries.filter((entry): entry is Extract<StepEntry, { kind: K }> => entry.kind === kind);
  const [started, ended, skipped] = [of("started"), of("ended"), of("skipped")];
  return [
    ...(started.length > 0 ? startWrites(run_id, started) : []),
    ...(ended.length > 0 ? endWrites(ended) : []),
    ...(skipped.length > 0 ? [skipWrite(skipped)] : []),
    ...of("stalled").map(stallWrite),
    ...of("used").flatMap(usedWrites),
    ...of("decided").map((entry) => decideWrite(run_id, entry)),
  ];
}

function startWrites(run_id: string, entries: StartedEntry[]): Write[] {
  const rows = recordsOf(
    entries.map(({ wait, session, ...entry }) => ({
      ...entry,
      waiting_for: wait?.for,
      wake_after_ms: wait?.after_ms,
      request: wait?.request,
      session_id: session?.id,
      agent: session?.agent,
      transcript: session?.transcript,
    })),
    sql`row_id text, step_id text, name text, step_kind text, phase text, attempt_id text, number integer, tries integer,
      worker_id text, folder text, waiting_for text, wake_after_ms float8, request json, session_id text, agent text,
      transcript text, at timestamptz, is_new boolean, continue_on_error boolean`,
  );
  const makeSteps = sql`
    insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position)
    select row_id, ${run_id}, step_id, name, step_kind, phase, row_number() over (order by ordinality) + (
      select coalesce(max(position), -1) from workflow_run_steps where workflow_run_id = ${run_id})
    from ${rows} where is_new`;
  const makeSessions = sql`
    insert into agent_sessions (id, project_id, agent, status, transcript_path, started_at)
    select session_id, (select project_id from workflow_runs where id = ${run_id}), agent, 'running', transcript, now()
    from ${rows} where session_id is not null`;
  const start = sql`
    with e as materialized (select *, coalesce(at, now()) as began_at from ${rows}),
    steps as (
      update workflow_run_steps s
      set status = 'running', attempt = e.number, output = null, error_message = null, completed_at = null,
          errors = null, error_excerpt = null, error_line = null,
          continue_on_error = coalesce(e.continue_on_error, false),
          started_at = case when e.tries = 0 then e.began_at else coalesce(s.started_at, e.began_at) end,
          waiting_for = e.waiting_for, request = coalesce(e.request, s.request),
          wake_at = e.began_at + e.wake_after_ms * interval '1 millisecond',
          agent_session_id = coalesce(e.session_id, s.agent_session_id),
          log_directory_path = e.folder, updated_at = now()
      from e where s.id = e.row_id returning s.id
    ), attempts as (
      insert into workflow_run_step_attempts
        (id, workflow_run_step_id, number, log_directory_path, worker_id, agent_session_id, started_at)
      select e.attempt_id, e.row_id, e.number, e.folder, e.worker_id, e.session_id, e.began_at
      from e join steps on steps.id = e.row_id
      returning 1
    )
    select (select count(*) from attempts)::int as started`;
  return [
    ...(entries.some(({ is_new }) => is_new) ? [{ statement: makeSteps }] : []),
    ...(entries.some(({ session }) => session) ? [{ statement: makeSessions }] : []),
    { statement: start, expects: { started: entries.length } },
  ];
}

function endWrites(entries: EndedEntry[]): Write[] {
  const rows = recordsOf(
    entries.map(({ session, files, why, ...entry }) => ({
      ...entry,
      errors: why?.errors,
      error_excerpt: why?.excerpt,
      error_line: why?.errors[0]?.log_line,
      snapshot_before: files?.before,
      snapshot: files?.after,
      base_commit: files?.base_commit,
      log: [],
      artifacts: [],
      error_message: plainText(entry.error_message),
      session_status: session?.status,
      ...sessionColumns(session?.usage ?? null, session?.worked_ms),
    })),
    sql`row_id text, attempt_id text, status text, output json, error_message text, exit_code integer, signal text,
      again_after_ms float8, session_status text, ${USAGE_COLUMNS}, at timestamptz, errors json, error_excerpt text,
      error_line integer, snapshot_before text, snapshot text,
      base_commit text`,
  );
  const end = sql`
    with e as materialized (select *, coalesce(at, now()) as ended_at from ${rows}),
    steps as (
      update workflow_run_steps s
      set status = e.status, output = e.output, error_message = e.error_message, completed_at = e.ended_at,
          errors = e.errors, error_excerpt = e.error_excerpt, error_line = e.error_line,
          snapshot_before = e.snapshot_before, snapshot = e.snapshot, base_commit = e.base_commit,
          waiting_for = null, wake_at = null, stalled_since = null, updated_at = now()
      from e where s.id = e.row_id and s.status = 'running' returning 1
    ), attempts as (
      update workflow_run_step_attempts a
      set status = e.status, output = e.output, error_message = e.error_message, exit_code = e.exit_code,
          errors = e.errors,
          snapshot_before = e.snapshot_before, snapshot = e.snapshot,
          signal = e.signal, completed_at = e.ended_at, updated_at = now()
      from e where a.id = e.attempt_id and a.status = 'running' returning 1
    )
    select (select count(*) from steps)::int as steps, (select count(*) from attempts)::int as attempts`;
  const goBack = sql`
    update workflow_run_steps s
    set status = 'pending', completed_at = null, updated_at = now(),
        wake_at = now() + e.again_after_ms * interval '1 millisecond'
    from ${rows} where s.id = e.row_id and e.again_after_ms is not null`;
  const endSessions = sql`
    update agent_sessions g
    set status = e.session_status, takes_messages = false, ${USAGE_VALUES}, completed_at = now(), updated_at = now()
    from ${rows}, workflow_run_steps s
    where s.id = e.row_id and g.id = s.agent_session_id and g.status = 'running' and e.session_status is not null`;
  const logs = entries.flatMap(({ attempt_id, log }) =>
    attempt_id === null ? [] : log.map((rest) => ({ ...rest, attempt_id })),
  );
  return [
    {
      statement: end,
      expects: {
        steps: entries.length,
        attempts: entries.filter(({ attempt_id }) => attempt_id !== null).length,
      },
    },
    ...(entries.some(({ session }) => session)
      ? [{ statement: endSessions }, ...sumWrites(entries.flatMap((e) => (e.session ? e.row_id : [])))]
      : []),
    ...(entries.some(({ again_after_ms }) => again_after_ms !== null) ? [{ statement: goBack }] : []),
    ...(logs.length > 0 ? [{ statement: logWrite(logs) }] : []),
  ];
}

function skipWrite(entries: SkippedEntry[]): Write {
  const ids = entries.map(({ row_id }) => row_id);
  const statement = sql`
    with steps as (
      update workflow_run_steps
      set status = 'skipped', waiting_for = null, wake_at = null, completed_at = now(), updated_at = now()
      where id in ${ids} returning id
    )
    update workflow_run_step_attempts a set status = 'skipped', completed_at = now(), updated_at = now()
    from steps where a.workflow_run_step_id = steps.id and a.status = 'running'`;
  return { statement };
}

function stallWrite({ row_id, stalled }: StalledEntry): Write {
  const since = stalled ? sql`now()` : sql`null`;
  return {
    statement: sql`update workflow_run_steps set stalled_since = ${since}, updated_at = now() where id = ${row_id}`,
  };
}

function usedWrites({ row_id, usage, worked_ms }: UsedEntry): Write[] {
  const row = recordsOf(
    [{ row_id, ...sessionColumns(usage, worked_ms) }],
    sql`row_id text, ${USAGE_COLUMNS}`,
  );
  const statement = sql`
    update agent_sessions g set ${USAGE_VALUES}, updated_at = now()
    from ${row}, workflow_run_steps s
    where s.id = e.row_id and g.id = s.agent_session_id and g.status = 'running'`;
  return [{ statement }, ...sumWrites([row_id])];
}

function decideWrite(run_id: string, entry: DecidedEntry): Write {
  const { row_id, attempt, review_id, user_id, user_name, decision, note, answer, snapshot } = entry;
  const given = answer === null ? sql`null` : sql`${JSON.stringify(answer)}::json`;
  const statement = sql`
    insert into reviews (id, workflow_run_id, workflow_run_step_id, attempt, user_id, user_name, decision, text, answer, snapshot)
    values (${review_id}, ${run_id}, ${row_id}, ${attempt}, ${user_id}, ${user_name}, ${decision}, ${note}, ${given}, ${snapshot})`;
  return { statement };
}

/** Writes bytes of logs as rows. */
export function logWrite(chunks: (LogRest & { attempt_id: string })[]): SQL {
  const rows = recordsOf(chunks, sql`attempt_id text, type text, "offset" bigint, base64 text`);
  return sql`
    insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
    select attempt_id, type, "offset", decode(base64, 'base64') from ${rows}
    on conflict do nothing`;
}

/** Rows as a table `e`; its column `ordinality` has their order. */
function recordsOf(rows: object[], columns: SQL): SQL {
  return sql`rows from (json_to_recordset(${JSON.stringify(rows)}::json) as (${columns})) with ordinality as e`;
}
