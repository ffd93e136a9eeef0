/* What agents use: the columns of their sessions, and the sums in the rows of steps and runs. */
import { type SQL, sql } from "drizzle-orm";
import type { AgentUsage } from "../model/entry";
import { spentOf } from "../model/spent";

/** The values of `USAGE_COLUMNS` for one session. */
export const sessionColumns = (usage: AgentUsage | null, worked_ms: number | undefined) => ({
  usage,
  ...spentOf(usage),
  worked_ms: worked_ms === undefined ? null : Math.round(worked_ms),
});

/** Columns of a record `e` with what a session has used. */
export const USAGE_COLUMNS = sql.raw(
  "usage jsonb, tokens bigint, cost float8, currency text, worked_ms bigint",
);

/** Sets them in the session `g`. A worker that took the attempt over begins to count anew, and takes nothing back. */
export const USAGE_VALUES =
  sql.raw(`usage = coalesce(e.usage, g.usage), tokens = greatest(g.tokens, e.tokens),
  cost = greatest(g.cost, e.cost), currency = coalesce(e.currency, g.currency),
  worked_ms = greatest(g.worked_ms, e.worked_ms)`);

/**
 * Writes the sums of these steps and of their runs. Numbers of an agent count over its whole session, so of a session
 * that went through several attempts only what each added counts; a smaller number than before began anew.
 */
export function sumWrites(row_ids: readonly string[]): { statement: SQL }[] {
  const steps = sql`
    update workflow_run_steps s set tokens = u.tokens, cost = u.cost, currency = u.currency
    from (
      select x.step_id, sum(${sql.raw(added("tokens"))})::bigint as tokens, sum(${sql.raw(added("cost"))}) as cost,
             max(x.currency) as currency
      from (
        select a.workflow_run_step_id as step_id, g.tokens, g.cost, g.currency,
               lag(g.tokens) over w as tokens_before, lag(g.cost) over w as cost_before
        from workflow_run_step_attempts a join agent_sessions g on g.id = a.agent_session_id
        where a.workflow_run_step_id in ${row_ids}
        window w as (
          partition by a.workflow_run_step_id, coalesce(g.protocol_session_id, g.id) order by a.number)
      ) x
      group by x.step_id
    ) u
    where s.id = u.step_id`;
  const runs = sql`
    update workflow_runs r set tokens = u.tokens, cost = u.cost, currency = u.currency
    from (
      select s.workflow_run_id, sum(s.tokens)::bigint as tokens, sum(s.cost) as cost, max(s.currency) as currency
      from workflow_run_steps s
      where s.workflow_run_id in (select workflow_run_id from workflow_run_steps where id in ${row_ids})
      group by s.workflow_run_id
    ) u
    where r.id = u.workflow_run_id`;
  return [{ statement: steps }, { statement: runs }];
}

const added = (name: string) =>
  `case when x.${name} >= x.${name}_before then x.${name} - x.${name}_before else x.${name} end`;
