import { type SQL, sql } from "drizzle-orm";
import type { ReadDb } from "../../db/client";
import type { RetentionLimits } from "../../model/retention";
import { ago, dueArtifacts, dueEvents, dueLogs, dueRuns } from "./due";
import type { RetentionPreview } from "./schema";

/** What these limits remove of a project now, by the conditions of the sweeper. */
export async function countDue(
  db: ReadDb,
  project_id: string,
  limits: RetentionLimits,
): Promise<RetentionPreview> {
  const [runs, artifacts, events] = await Promise.all([
    countRuns(db, project_id, limits),
    countArtifacts(db, project_id, limits),
    countEvents(db, project_id, limits),
  ]);
  const { log_bytes, ...counts } = runs;
  return { ...counts, artifacts: artifacts.count, events, bytes: log_bytes + artifacts.bytes };
}

const one = async <T extends Record<string, unknown>>(db: ReadDb, query: SQL): Promise<T> => {
  const { rows } = await db.execute(query);
  const row = rows[0] as T | undefined;
  if (!row) throw new Error("a count gave no row");
  return row;
};

function countRuns(db: ReadDb, project_id: string, limits: RetentionLimits) {
  const goes = sql`due.id is not null`;
  const loses = sql`(due.id is null and ${dueLogs(limits)})`;
  return one<Pick<RetentionPreview, "runs" | "logs" | "uncounted"> & { log_bytes: number }>(
    db,
    sql`with due as materialized (${dueRuns(project_id, limits)})
    select count(*) filter (where ${goes})::int as runs, count(*) filter (where ${loses})::int as logs,
           count(*) filter (where r.log_bytes is null and (${goes} or ${loses}))::int as uncounted,
           coalesce(sum(r.log_bytes) filter (where ${goes} or ${loses}), 0)::float8 as log_bytes
    from workflow_runs r left join due on due.id = r.id where r.project_id = ${project_id}`,
  );
}

/** `count`: those of runs that stay; `bytes`: of all. */
async function countArtifacts(db: ReadDb, project_id: string, limits: RetentionLimits) {
  if (limits.runs === null && limits.artifacts === null) return { count: 0, bytes: 0 };
  return one<{ count: number; bytes: number }>(
    db,
    sql`with due as materialized (${dueRuns(project_id, limits)})
    select count(*) filter (where due.id is null)::int as count, coalesce(sum(a.size_bytes), 0)::float8 as bytes
    from workflow_runs r
    join workflow_run_steps s on s.workflow_run_id = r.id
    join workflow_artifacts a on a.workflow_run_step_id = s.id
    left join due on due.id = r.id
    where r.project_id = ${project_id} and a.removed_at is null
      and (due.id is not null or ${dueArtifacts(limits)})`,
  );
}

/** Those that go by their age, and those that were left for the history of a run that goes now. */
async function countEvents(db: ReadDb, project_id: string, limits: RetentionLimits): Promise<number> {
  if (limits.runs === null && limits.events === null) return 0;
  const { count } = await one<{ count: number }>(
    db,
    sql`with due as materialized (${dueRuns(project_id, limits)})
    select count(*)::int as count from workflow_events e join projects p on p.id = e.project_id
    where p.id = ${project_id} and (
      (e.seq <= p.events_swept and e.workflow_run_id in (select id from due))
      ${limits.events === null ? sql`` : sql`or (e.seq > p.events_swept and e.created_at < ${ago(limits.events)} and ${dueEvents(sql`select id from due`)})`})`,
  );
  return count;
}
