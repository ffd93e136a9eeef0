import { sql } from "drizzle-orm";
import type { AnyPgColumn, PgUpdateSetSource } from "drizzle-orm/pg-core";
import { workflowRuns } from "../db/schema/runs";
import { plainText, type RunEntry } from "../model/entry";

export type RunValues = PgUpdateSetSource<typeof workflowRuns>;

/** The columns that an entry writes into the run's row. */
export function valuesOf(entry: RunEntry): RunValues {
  const { claimed_by, waiting_since, paused_at, rested_ms } = workflowRuns;
  const now = sql`now()`;
  switch (entry.kind) {
    case "claimed": {
      const { epoch, worker_id, starts } = entry;
      const held = { epoch, claimed_by: worker_id, write_floor: 0, waiting_since: null, ready_since: null };
      if (!starts) return { ...held, rested_ms: restedSince(rested_ms, waiting_since) };
      return {
        ...held,
        status: "running",
        started_at: now,
        rested_ms: 0,
        completed_at: null,
        error_message: null,
        first_error: null,
      };
    }
    case "released":
      return { claimed_by: null, waiting_since: entry.rests ? now : null };
    case "paused":
      return { status: "paused", paused_at: now, over_budget: entry.over_budget ?? null };
    case "resumed":
      return {
        status: "running",
        paused_at: null,
        over_budget: null,
        ...(entry.budget ? { budget: entry.budget } : {}),
        // The pause freed the run's room in its project, so it has to wait for room like a run that rested.
        waiting_since: sql`case when ${claimed_by} is null then coalesce(${waiting_since}, now()) end`,
        // A run that waited when it was paused goes on to count from there.
        rested_ms: sql`case when ${claimed_by} is null and ${waiting_since} is not null then ${rested_ms}
                       else ${restedSince(rested_ms, paused_at)} end`,
      };
    case "cancelled":
      return { status: "cancelled", cancelled_at: now, error_message: entry.reason, over_budget: null };
    case "retried":
      return {
        status: "pending",
        ...(entry.revision === null ? {} : { revision: entry.revision }),
        review_id: null,
        queued_at: now,
        ...NOT_BEGUN,
      };
    case "reworked":
      return { review_id: entry.review_id };
    case "base_merged": {
      const { kind: _, ...files } = entry;
      return files;
    }
    case "finished": {
      const { status, error_message, output } = entry;
      return {
        status,
        error_message: plainText(error_message),
        first_error: status === "failed" ? firstErrorOf(plainText(error_message) ?? "") : null,
        output: output ?? null,
        completed_at: now,
        claimed_by: null,
      };
    }
  }
}

/** Milliseconds of rest with the time since then; a clock that went back adds none. */
const restedSince = (rested: AnyPgColumn, since: AnyPgColumn) =>
  sql<number>`${rested} + greatest(0, coalesce(extract(epoch from now() - ${since}) * 1000, 0))::bigint`;

/**
 * The first error of the step for which a run failed, which its message names: code goes on after a step's failure where
 * it likes. Read behind the writes of the steps.
 */
const firstErrorOf = (message: string) => sql`(
  select json_build_object('step_id', s.step_id, 'row_id', s.id, 'message', s.errors -> 0 ->> 'message',
    'file', s.errors -> 0 ->> 'file', 'line', (s.errors -> 0 ->> 'line')::int,
    'log_line', (s.errors -> 0 ->> 'log_line')::int, 'kind', s.errors -> 0 ->> 'kind')
  from workflow_run_steps s
  where s.workflow_run_id = ${workflowRuns.id} and s.status = 'failed' and s.errors is not null
    and (starts_with(${message}::text, 'Step "' || s.name || '" failed')
      or starts_with(${message}::text, 'Step "' || s.step_id || '" failed'))
  order by s.continue_on_error, s.position limit 1)`;

const NOT_BEGUN = {
  error_message: null,
  first_error: null,
  output: null,
  started_at: null,
  completed_at: null,
  waiting_since: null,
  rested_ms: 0,
  paused_at: null,
  cancelled_at: null,
  over_budget: null,
  archived_at: null,
  acknowledged_at: null,
} as const;
