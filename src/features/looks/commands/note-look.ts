import { sql } from "drizzle-orm";
import { authorizeProject, authorizeRun, type Caller } from "../../../auth/scope";
import { toIso } from "../../../db/schema/columns";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { AppError } from "../../../lib/errors";
import type { ChangedSince, NoteLookInput } from "../schema";

/** Who comes back within this time goes on with a visit, so that a reload does not lose what was new. */
const VISIT = sql`interval '15 minutes'`;
/** Events that are looked through; a busy project has that many in some minutes. */
const MOST_EVENTS = 5_000;

/**
 * Notes that the caller looks at a board or a run, and gives what changed since their visit before. Asked again while they
 * look, so that the end of the visit is known. It leaves no audit row, since looking is nobody's deed.
 */
export async function noteLook(caller: Caller, { project_id, run_id }: NoteLookInput): Promise<ChangedSince> {
  const { event_seq } = await authorizeProject(caller, project_id, "project:read");
  if (run_id !== null && (await authorizeRun(caller, run_id, "project:read")).project_id !== project_id)
    throw new AppError("BAD_REQUEST", "The run is of another project.", [
      { path: "run_id", message: "is a run of another project" },
    ]);
  const db = bookkeepingOf(caller);
  const { rows } = await db.execute<{ since_at: string | null; since_seq: number | null }>(sql`
    insert into looks as l (user_id, subject, project_id, workflow_run_id, seen_at, seen_seq)
    values (${caller.actor.user_id}, ${run_id ?? project_id}, ${project_id}, ${run_id}, now(), ${event_seq})
    on conflict (user_id, subject) do update set
      since_at = case when l.seen_at < now() - ${VISIT} then l.seen_at else l.since_at end,
      since_seq = case when l.seen_at < now() - ${VISIT} then l.seen_seq else l.since_seq end,
      seen_at = excluded.seen_at, seen_seq = excluded.seen_seq
    returning since_at, since_seq::float8 as since_seq`);
  const { since_at = null, since_seq = null } = rows[0] ?? {};
  const ofRun = run_id === null ? sql`true` : sql`workflow_run_id = ${run_id}`;
  const [counted] = (
    await db.execute<Omit<ChangedSince, "since">>(sql`
    with e as (
      select type, workflow_run_id, data ->> 'status' as status from workflow_events
      where project_id = ${project_id} and seq > ${since_seq ?? event_seq} and ${ofRun}
      order by seq desc limit ${sql.raw(String(MOST_EVENTS))}
    )
    select ${runsOf(sql`type = 'workflow.execution.created'`)} as created,
           ${runsOf(sql`status = 'completed' and type = 'workflow.execution.status_changed'`)} as completed,
           ${runsOf(sql`status = 'failed' and type = 'workflow.execution.status_changed'`)} as failed,
           ${runsOf(sql`status = 'cancelled' and type = 'workflow.execution.status_changed'`)} as cancelled,
           ${runsOf(sql`type = 'workflow.step.waiting'`)} as asked,
           count(*) filter (where type = 'workflow.step.completed' and status in ('completed', 'failed'))::int as steps,
           count(*) filter (where type = 'workflow.comment.created')::int as comments,
           count(*) filter (where type = 'workflow.artifact.created')::int as artifacts,
           count(*) = ${MOST_EVENTS} as is_more
    from e`)
  ).rows;
  if (!counted) throw new Error("the counts did not come back");
  return { ...counted, since: since_at === null ? null : toIso(since_at) };
}

const runsOf = (where: ReturnType<typeof sql>) =>
  sql`count(distinct workflow_run_id) filter (where ${where})::int`;
