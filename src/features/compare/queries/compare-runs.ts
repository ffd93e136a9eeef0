import { type SQL, sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { INLINE_BYTES } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { isOneOf } from "../../../db/read-page";
import { toIso } from "../../../db/schema/columns";
import { align } from "../../../lib/align";
import type { ErrorLine } from "../../../model/error-line";
import { labelsOf } from "../../labels/queries";
import { changesOf, triggerOf } from "../../runs/queries/run-columns";
import type { ComparedRun, ComparedStep, CompareRunsInput, Comparison } from "../schema";
import { mostOf, runsOf } from "./runs-of";

/** Bytes of args that are compared; larger ones are left to the run. */
const ARGS_BYTES = 64 * 1024;
/** Bytes of outputs that are compared by their parts, and by their digests: of all runs and steps together. */
const OUTPUT_BYTES = 1024 * 1024;
const DIGEST_BYTES = 32 * 1024 * 1024;
const MAX_MESSAGE = 300;
const MOST_FAILURES = 3;

const number = (value: number) => sql.raw(String(value));

/** Runs of a project side by side, with their steps and artifacts. Four queries, however many runs there are. */
export async function compareRuns(caller: Caller, input: CompareRunsInput): Promise<Comparison> {
  const { runs } = await runsOf(caller, input, (asked) => readRuns(caller.db, asked));
  const ids = runs.map(({ id }) => id);
  const [steps, artifacts] = await Promise.all([readSteps(caller.db, ids), readArtifacts(caller.db, ids)]);
  const listsOf = <T extends { run_id: string }>(rows: readonly T[]) =>
    ids.map((id) => rows.filter(({ run_id }) => run_id === id));
  const leftOut = (rows: readonly { run_id: string; found: number }[]) =>
    ids.reduce((sum, id) => {
      const own = rows.filter(({ run_id }) => run_id === id);
      return sum + (own[0]?.found ?? 0) - own.length;
    }, 0);
  return {
    runs,
    steps: align(listsOf(steps), ({ step_id }) => step_id).flatMap((of) => {
      const first = of.find((step) => step !== null);
      if (!first) return [];
      const { step_id, name, kind, phase } = first;
      return [{ step_id, name, kind, phase, of: of.map((step) => step && stepOf(step)) }];
    }),
    steps_left_out: leftOut(steps),
    artifacts: align(listsOf(artifacts), ({ step_id, name }) => JSON.stringify([step_id, name])).flatMap(
      (of) => {
        const first = of.find((artifact) => artifact !== null);
        if (!first) return [];
        const shown = of.map(
          (each) =>
            each && {
              id: each.id,
              size_bytes: Number(each.size_bytes),
              sha256: each.sha256,
              removed: each.removed,
            },
        );
        return [{ step_id: first.step_id, name: first.name, of: shown }];
      },
    ),
    artifacts_left_out: leftOut(artifacts),
  };
}

const INSTANTS = ["created_at", "started_at", "ended_at"] as const;

async function readRuns(db: ReadDb, asked: SQL): Promise<ComparedRun[]> {
  const { rows } = await db.execute<ComparedRun & Record<string, unknown>>(sql`
    select r.id, r.number, r.name, r.status, r.workflow_definition_id, d.name as definition_name,
           d.slug as definition_slug, r.revision, u.name as user_name, ${sql.raw(triggerOf("r"))} as trigger, r.priority,
           ${sql.raw(labelsOf("r"))} as labels, r.base, r.base_commit,
           case when r.args_bytes <= ${number(ARGS_BYTES)} then r.args end as args, r.args_bytes,
           case when r.output_bytes <= ${number(INLINE_BYTES)} then r.output end as output, r.output_bytes,
           case when r.output_bytes <= ${number(DIGEST_BYTES)} then md5(r.output::text) end as output_digest,
           left(r.error_message, ${number(MAX_MESSAGE)}) as error_message,
           left(r.first_error ->> 'message', ${number(MAX_MESSAGE)}) as first_error,
           ${sql.raw(changesOf("r"))} as changes, r.tokens::float8 as tokens, r.cost, r.currency,
           r.created_at, r.started_at, coalesce(r.completed_at, r.cancelled_at) as ended_at,
           case when r.status <> 'pending' then (extract(epoch from
             (case r.status when 'running' then coalesce(r.waiting_since, now())
                            when 'paused' then coalesce(r.waiting_since, r.paused_at, r.updated_at)
                            else coalesce(r.completed_at, r.waiting_since, r.cancelled_at, r.updated_at) end)
             - r.started_at) * 1000 - r.rested_ms)::float8 end as worked_ms,
           (r.rested_ms + coalesce(extract(epoch from
             coalesce(r.completed_at, r.cancelled_at, now()) - r.waiting_since) * 1000, 0))::float8 as waited_ms,
           (select count(*)::int from workflow_run_steps s where s.workflow_run_id = r.id) as steps_count
    from workflow_runs r
    join workflow_definitions d on d.id = r.workflow_definition_id
    join users u on u.id = r.user_id
    where ${asked}`);
  return rows.map((row) => {
    const times = INSTANTS.map((key) => [key, row[key] === null ? null : toIso(row[key])]);
    const worked_ms = row.worked_ms === null ? null : wholeMs(row.worked_ms);
    return { ...row, ...Object.fromEntries(times), worked_ms, waited_ms: wholeMs(row.waited_ms) };
  });
}

const wholeMs = (ms: number) => Math.max(0, Math.round(ms));

interface StepRow extends Record<string, unknown>, Omit<ComparedStep, "failures"> {
  run_id: string;
  step_id: string;
  name: string;
  kind: Comparison["steps"][number]["kind"];
  phase: string;
  error_message: string | null;
  errors: Pick<ErrorLine, "message" | "log_line">[] | null;
  found: number;
}

/** The first steps of each run, in order. Outputs are read as far as they have room. */
async function readSteps(db: ReadDb, ids: string[]): Promise<StepRow[]> {
  const { rows } = await db.execute<StepRow>(sql`
    select id, run_id, step_id, name, kind, phase, status, attempt, continue_on_error, tokens::float8 as tokens, cost,
           (extract(epoch from coalesce(completed_at, case when status = 'running' then now() end) - started_at)
             * 1000)::float8 as took_ms,
           case when output_bytes <= ${number(INLINE_BYTES)} and sum(
             case when output_bytes <= ${number(INLINE_BYTES)} then output_bytes else 0 end) over placed
             <= ${number(OUTPUT_BYTES)} then output end as output,
           output_bytes,
           case when sum(output_bytes) over placed <= ${number(DIGEST_BYTES)} then md5(output::text) end as output_digest,
           case when status in ('failed', 'skipped') then left(error_message, ${number(MAX_MESSAGE)}) end as error_message,
           case when status = 'failed' then (
             select json_agg(json_build_object('message', left(e ->> 'message', ${number(MAX_MESSAGE)}), 'log_line', e -> 'log_line'))
             from (select e from json_array_elements(errors) with ordinality as each(e, at)
                   order by at limit ${number(MOST_FAILURES)}) told) end as errors,
           found
    from (
      select s.*, s.workflow_run_id as run_id,
             row_number() over (partition by s.workflow_run_id order by s.position, s.id) as place,
             (count(*) over (partition by s.workflow_run_id))::int as found
      from workflow_run_steps s where ${isOneOf(sql`s.workflow_run_id`, ids)}
    ) s
    where place <= ${mostOf(ids.length)}
    window placed as (order by place, run_id)
    order by place, run_id`);
  return rows;
}

function stepOf(step: StepRow): ComparedStep {
  const { id, status, attempt, continue_on_error, output, output_bytes, output_digest, tokens, cost } = step;
  const told = step.errors ?? [];
  const message = step.status === "failed" ? step.error_message : null;
  return {
    id,
    status,
    attempt,
    continue_on_error,
    took_ms: step.took_ms === null || attempt === 0 ? null : wholeMs(step.took_ms),
    output,
    output_bytes,
    output_digest,
    failures: told.length > 0 || message === null ? told : [{ message, log_line: null }],
    tokens,
    cost,
  };
}

interface ArtifactRow extends Record<string, unknown> {
  id: string;
  run_id: string;
  step_id: string;
  name: string;
  size_bytes: string;
  sha256: string;
  removed: boolean;
  found: number;
}

async function readArtifacts(db: ReadDb, ids: string[]): Promise<ArtifactRow[]> {
  const { rows } = await db.execute<ArtifactRow>(sql`
    select * from (
      select *, row_number() over (partition by run_id order by position, name, id) as place,
             (count(*) over (partition by run_id))::int as found
      from (
        select distinct on (s.workflow_run_id, s.step_id, a.name)
               a.id, s.workflow_run_id as run_id, s.step_id, s.position, a.name, a.size_bytes, a.sha256,
               a.removed_at is not null as removed
        from workflow_run_steps s join workflow_artifacts a on a.workflow_run_step_id = s.id
        where ${isOneOf(sql`s.workflow_run_id`, ids)}
        order by s.workflow_run_id, s.step_id, a.name, a.created_at desc, a.id
      ) newest
    ) placed
    where place <= ${mostOf(ids.length)} order by place`);
  return rows;
}
