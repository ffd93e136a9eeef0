import { sql } from "drizzle-orm";
import { authorizeDefinition, type Caller } from "../../auth/scope";
import { toIso } from "../../db/schema/columns";
import type { CountedRun, CountedStep, DefinitionStatistics, StatisticsInput } from "./schema";

/** More steps than this are those of a loop, which no page lists. */
const MOST_STEPS = 200;

/**
 * How the definition's newest runs did. Two queries behind the gate, each along an index: what they cost goes by the
 * number of runs that is asked for, however many the definition has.
 */
export async function getStatistics(
  caller: Caller,
  { id, project_id, runs: limit }: StatisticsInput,
): Promise<DefinitionStatistics> {
  const { definition_id } = await authorizeDefinition(caller, id, "project:read", project_id);
  const newest = (many: number) => sql`
    select id, number, name, status, created_at, started_at, coalesce(completed_at, cancelled_at) as ended_at, rested_ms
    from workflow_runs where workflow_definition_id = ${definition_id}
    order by created_at desc, id desc limit ${sql.raw(String(many))}`;
  const [found, steps] = await Promise.all([
    caller.db.execute<CountedRun & Record<string, unknown>>(sql`
      select id, number, name, status, created_at,
             case when status in ('completed', 'failed', 'cancelled')
                  then greatest(0, extract(epoch from ended_at - started_at) * 1000 - rested_ms)::float8
             end as duration_ms
      from (${newest(limit + 1)}) r order by created_at desc, id desc`),
    caller.db.execute<CountedStep & Record<string, unknown>>(sql`
      select s.step_id, max(s.name) as name, max(s.kind) as kind, max(s.phase) as phase, count(*)::int as runs,
             count(*) filter (where s.status = 'failed')::int as failed_runs,
             count(*) filter (where s.status = 'completed' and s.attempt > 1 and s.kind <> 'approval' and exists (
               select 1 from workflow_run_step_attempts a
               where a.workflow_run_step_id = s.id and a.number < s.attempt and a.status = 'failed'
                 and coalesce(a.error_message, '') not like 'Cancelled by %'))::int as flaky_runs,
             percentile_cont(0.5) within group (
               order by extract(epoch from s.completed_at - s.started_at)::float8 * 1000
             ) filter (where s.status = 'completed') as median_ms
      from (${newest(limit)}) r
      join workflow_run_steps s on s.workflow_run_id = r.id and s.status in ('completed', 'failed')
      group by s.step_id order by min(s.position), s.step_id limit ${sql.raw(String(MOST_STEPS))}`),
  ]);
  const runs = found.rows
    .slice(0, limit)
    .map((run) => ({ ...run, created_at: toIso(String(run.created_at)) }));
  const numberOf = (status: CountedRun["status"]) => runs.filter((run) => run.status === status).length;
  const [completed, failed, cancelled] = [numberOf("completed"), numberOf("failed"), numberOf("cancelled")];
  const took = runs
    .flatMap((run) => (run.status === "completed" && run.duration_ms !== null ? [run.duration_ms] : []))
    .sort((a, b) => a - b);
  return {
    runs,
    is_all: found.rows.length <= limit,
    ...{ completed, failed, cancelled },
    success_rate: completed + failed === 0 ? null : completed / (completed + failed),
    median_ms: shareOf(took, 0.5),
    p95_ms: shareOf(took, 0.95),
    steps: steps.rows,
  };
}

/** The smallest of `sorted` below or at which this share of them lies; null of none. */
const shareOf = (sorted: number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
