import { sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import type { ProjectSizes } from "./schema";

/** Definitions and runs that are named, the largest. */
const DEFINITIONS = 50;
const RUNS = 20;

/** What a project's runs keep, by definition and by run. Adds up all of its runs, so it is for who looks. */
export async function getProjectSizes(caller: Caller, id: string): Promise<ProjectSizes> {
  await authorizeProject(caller, id, "project:read");
  const [row] = (
    await caller.db.execute<{ sizes: ProjectSizes }>(sql`
      with sums as materialized (
        select r.id, r.workflow_definition_id, r.log_bytes is null and r.logs_removed_at is null
                 and r.status in ('completed', 'failed', 'cancelled') as is_uncounted,
               coalesce(r.log_bytes, 0) as logs, coalesce(files.bytes, 0) as artifacts,
               coalesce(r.output_bytes, 0) + coalesce(outputs.bytes, 0) as outputs
        from workflow_runs r
        left join (
          select s.workflow_run_id as id, sum(s.output_bytes) as bytes
          from workflow_run_steps s join workflow_runs r on r.id = s.workflow_run_id
          where r.project_id = ${id} and s.output_bytes > 0 group by 1
        ) outputs on outputs.id = r.id
        left join (
          select s.workflow_run_id as id, sum(a.size_bytes) as bytes
          from workflow_artifacts a join workflow_run_steps s on s.id = a.workflow_run_step_id
          join workflow_runs r on r.id = s.workflow_run_id
          where r.project_id = ${id} and a.removed_at is null group by 1
        ) files on files.id = r.id
        where r.project_id = ${id}
      ), definitions as (
        select workflow_definition_id as id, count(*)::int as runs, sum(logs)::float8 as logs_bytes,
               sum(artifacts)::float8 as artifacts_bytes, sum(outputs)::float8 as outputs_bytes,
               sum(logs + artifacts + outputs) as total
        from sums group by 1 order by total desc, 1 limit ${sql.raw(String(DEFINITIONS))}
      ), runs as (
        select id, logs, artifacts, outputs, logs + artifacts + outputs as total
        from sums where logs + artifacts + outputs > 0 order by total desc, 1 limit ${sql.raw(String(RUNS))}
      )
      select json_build_object(
        'logs_bytes', coalesce((select sum(logs) from sums), 0)::float8,
        'artifacts_bytes', coalesce((select sum(artifacts) from sums), 0)::float8,
        'outputs_bytes', coalesce((select sum(outputs) from sums), 0)::float8,
        'uncounted', (select count(*) from sums where is_uncounted)::int,
        'definitions', coalesce((
          select json_agg(json_build_object('id', o.id, 'name', d.name, 'slug', d.slug, 'runs', o.runs,
            'logs_bytes', o.logs_bytes, 'artifacts_bytes', o.artifacts_bytes, 'outputs_bytes', o.outputs_bytes)
            order by o.total desc, o.id)
          from definitions o join workflow_definitions d on d.id = o.id), '[]'::json),
        'runs', coalesce((
          select json_agg(json_build_object('id', o.id, 'number', r.number, 'name', r.name, 'status', r.status,
            'logs_bytes', o.logs, 'artifacts_bytes', o.artifacts, 'outputs_bytes', o.outputs)
            order by o.total desc, o.id)
          from runs o join workflow_runs r on r.id = o.id), '[]'::json)) as sizes`)
  ).rows;
  if (!row) throw new Error("the sizes did not come back");
  return row.sizes;
}
