import { eq, sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowComments } from "../../../db/schema/comments";
import { workflowDefinitionRevisions, workflowDefinitions } from "../../../db/schema/definitions";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { users } from "../../../db/schema/users";
import { AppError } from "../../../lib/errors";
import { artifactsPage } from "../../artifacts/queries";
import { commentsPage } from "../../comments/queries";
import { stepsPage } from "../../steps/queries/steps-where";
import type { RunDetails, RunWait } from "../schema";
import { RUN_COLUMNS } from "./run-columns";
import { detailsOf } from "./run-details";
import { waitOf, withIsoTimes } from "./run-wait";
import { stepCountsOf } from "./step-counts";

/**
 * A run with its definition and the first page of its steps, comments and artifacts. Each list has a cursor;
 * the counts cover all of it.
 */
export async function getRun(caller: Caller, { id }: { id: string }): Promise<RunDetails> {
  await authorizeRun(caller, id, "project:read");
  const { number, workflow_definition_id } = workflowDefinitionRevisions;
  const [[found], counts, steps, comments, artifacts] = await Promise.all([
    caller.db
      .select({
        run: RUN_COLUMNS,
        user_name: users.name,
        snapshot: workflowRuns.snapshot,
        waiting_for: sql<RunWait | null>`${sql.raw(waitOf("workflow_runs"))}`.mapWith(withIsoTimes),
        definition: {
          id: workflowDefinitions.id,
          name: workflowDefinitions.name,
          slug: workflowDefinitions.slug,
          phases: workflowDefinitions.phases,
          path: workflowDefinitions.path,
          newest_revision: sql<number>`(
            select max(${number}) from ${workflowDefinitionRevisions}
            where ${workflow_definition_id} = ${workflowDefinitions.id})`,
        },
      })
      .from(workflowRuns)
      .innerJoin(workflowDefinitions, eq(workflowDefinitions.id, workflowRuns.workflow_definition_id))
      .innerJoin(users, eq(users.id, workflowRuns.user_id))
      .where(eq(workflowRuns.id, id)),
    countRun(caller, id),
    stepsPage(caller.db, id),
    commentsPage(caller.db, eq(workflowComments.workflow_run_id, id)),
    artifactsPage(caller.db, eq(workflowRunSteps.workflow_run_id, id)),
  ]);
  if (!found) throw new AppError("NOT_FOUND", "There is no such run.");
  const { run, ...beside } = found;
  return detailsOf(run, {
    ...beside,
    ...counts,
    steps: steps.items,
    steps_next_cursor: steps.next_cursor,
    comments: comments.items,
    comments_next_cursor: comments.next_cursor,
    artifacts: artifacts.items,
    artifacts_next_cursor: artifacts.next_cursor,
  });
}

type Counts = Pick<
  RunDetails,
  | "followed"
  | "followers_count"
  | "step_counts"
  | "comments_count"
  | "open_threads_count"
  | "artifacts_count"
  | "agents_count"
  | "log_bytes"
>;

/** The number of steps, comments, artifacts and followers of a run. One query. */
async function countRun({ db, actor }: Caller, run_id: string): Promise<Counts> {
  const [row] = (
    await db.execute<Counts>(sql`
    select ${sql.raw(stepCountsOf("s"))} as step_counts,
           count(s.agent_session_id)::int as agents_count,
           coalesce((select ("offset" + length(bytes))::int from workflow_code_log_chunks
            where workflow_run_id = ${run_id} order by "offset" desc limit 1), 0) as log_bytes,
           (select count(*)::int from workflow_comments c where c.workflow_run_id = ${run_id}) as comments_count,
           (select count(*)::int from workflow_comments c where c.workflow_run_id = ${run_id}
            and c.anchor is not null and c.parent_id is null and c.resolved_at is null) as open_threads_count,
           (select count(*)::int from run_followers f where f.workflow_run_id = ${run_id}) as followers_count,
           exists (select 1 from run_followers f
            where f.workflow_run_id = ${run_id} and f.user_id = ${actor.user_id}) as followed,
           (select count(*)::int from workflow_artifacts a
            join workflow_run_steps owner on owner.id = a.workflow_run_step_id
            where owner.workflow_run_id = ${run_id}) as artifacts_count
    from workflow_run_steps s where s.workflow_run_id = ${run_id}`)
  ).rows;
  if (!row) throw new Error("the counts did not come back");
  return row;
}
