import { sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import { runSearch, runSearchProgress } from "../db/schema/search";
import { wordsOf } from "../lib/search-words";

/** Events, and runs from before the first of them, that are looked at in one transaction. */
const BATCH = 300;
/** Of each call, so that the words of a million runs from before leave time for other work. */
const MOST_MS = 300;
/** Characters of a run's args, and of its comments, that are read. */
const MAX_TEXT = 30_000;

/** What changes the words of a run. Its start and its good end do not. */
const TELLING = sql`(e.type in ('workflow.execution.created', 'workflow.execution.updated', 'workflow.comment.created',
    'workflow.comment.updated', 'workflow.comment.deleted')
  or (e.type = 'workflow.execution.status_changed' and e.data ->> 'status' in ('failed', 'cancelled', 'pending'))
  or (e.type = 'workflow.step.completed' and e.data ->> 'status' = 'failed'))`;

/**
 * Writes the words of runs that changed, by the projects' events, and of those from before, the newest first. Several
 * workers may do it at once: each takes projects that no other has.
 */
export async function indexRuns(db: Db): Promise<void> {
  await db.execute(sql`
    insert into ${runSearchProgress} (project_id, seq, number_left)
    select id, event_seq, run_seq from projects p
    where not exists (select 1 from run_search_progress s where s.project_id = p.id)
    on conflict do nothing`);
  const end = performance.now() + MOST_MS;
  while (performance.now() < end && (await db.transaction((tx) => indexBatch(tx))));
}

interface Place extends Record<string, unknown> {
  project_id: string;
  seq: number;
  number_left: number;
  swept: boolean;
  run_seq: number;
}

/** A batch of one project; false where no project has any left. */
async function indexBatch(tx: Tx): Promise<boolean> {
  // New events come before old runs: they are what people look for.
  const [place] = (
    await tx.execute<Place>(sql`
    select s.project_id, s.seq::float8 as seq, s.number_left, p.events_swept > s.seq as swept, p.run_seq
    from run_search_progress s join projects p on p.id = s.project_id
    where s.seq < p.event_seq or s.number_left > 0
    order by s.seq = p.event_seq, s.project_id
    limit 1 for update of s skip locked`)
  ).rows;
  if (!place) return false;
  const { project_id } = place;
  // Events that are gone cannot say which runs changed.
  const left = place.swept ? place.run_seq : place.number_left;
  const [events] = (
    await tx.execute<{ last: number | null; count: number; runs: string[] | null }>(sql`
    select max(seq)::float8 as last, count(*)::int as count,
           array_agg(distinct workflow_run_id) filter (where ${TELLING} and workflow_run_id is not null) as runs
    from (
      select seq, type, data, workflow_run_id from workflow_events
      where project_id = ${project_id} and seq > ${place.seq} order by seq limit ${sql.raw(String(BATCH))}
    ) e`)
  ).rows;
  const runs = events?.runs ?? [];
  if (runs.length > 0) await writeWords(tx, sql`r.id = any(${sql.param(runs)}::text[])`);
  const older = events?.count === 0 ? left : 0;
  if (older > 0) {
    await writeWords(
      tx,
      sql`r.project_id = ${project_id} and r.number <= ${older} and r.number > ${older - BATCH}`,
    );
  }
  await tx.execute(sql`
    update run_search_progress set
      seq = coalesce(${events?.last ?? null}::bigint, (select event_seq from projects where id = ${project_id} and ${place.swept}), seq),
      number_left = ${older > 0 ? Math.max(0, older - BATCH) : left}
    where project_id = ${project_id}`);
  return true;
}

interface Texts extends Record<string, unknown> {
  id: string;
  project_id: string;
  text: string;
}

async function writeWords(tx: Tx, which: ReturnType<typeof sql>): Promise<void> {
  const { rows } = await tx.execute<Texts>(sql`
    select r.id, r.project_id, concat_ws(' ', r.name, left(r.error_message, 4000),
      left(r.args::text, ${sql.raw(String(MAX_TEXT))}),
      (select string_agg(left(s.error_message, 4000), ' ') from workflow_run_steps s
       where s.workflow_run_id = r.id and s.status = 'failed'),
      (select left(string_agg(left(c.text, 4000), ' '), ${sql.raw(String(MAX_TEXT))}) from workflow_comments c
       where c.workflow_run_id = r.id and c.comment_type <> 'system')) as text
    from workflow_runs r where ${which}`);
  if (rows.length === 0) return;
  const found = rows.map(({ id, project_id, text }) => ({ id, project_id, words: wordsOf(text) }));
  await tx.execute(sql`
    insert into ${runSearch} (workflow_run_id, project_id, words)
    select f.id, f.project_id, array_to_tsvector(f.words)
    from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as f(id text, project_id text, words text[])
    -- Runs that were deleted meanwhile are left out, and stay until this is committed.
    join workflow_runs r on r.id = f.id
    for key share of r
    on conflict (workflow_run_id) do update set words = excluded.words
    where run_search.words is distinct from excluded.words`);
}
