import { eq, getTableColumns, sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowComments } from "../../../db/schema/comments";
import { workflowDefinitionRevisions, workflowDefinitions } from "../../../db/schema/definitions";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { users } from "../../../db/schema/users";
import { AppError } from "../../../lib/errors";
import { artifactsWhere } from "../../artifacts/queries";
import { commentsWhere, withArtifacts } from "../../comments/queries";
import { stepsWhere } from "../../steps/queries/steps-where";
import type { RunDetails, RunWait } from "../schema";
import { waitOf, withIsoTimes } from "./run-wait";

/** The run with its steps in order, its comments and artifacts, and its definition. Five queries. */
export async function getRun(caller: Caller, { id }: { id: string }): Promise<RunDetails> {
  await authorizeRun(caller, id, "project:read");
  const {
    epoch: _epoch,
    claimed_by: _claimed,
    write_floor: _floor,
    ...columns
  } = getTableColumns(workflowRuns);
  const { number, workflow_definition_id } = workflowDefinitionRevisions;
  const ofRun = eq(workflowRunSteps.workflow_run_id, id);
  const [[run], steps, comments, artifacts] = await Promise.all([
    caller.db
      .select({
        ...columns,
        user_name: users.name,
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
    stepsWhere(caller.db, ofRun),
    commentsWhere(caller.db, eq(workflowComments.workflow_run_id, id)),
    artifactsWhere(caller.db, ofRun),
  ]);
  if (!run) throw new AppError("NOT_FOUND", "There is no such run.");
  return { ...run, steps, comments: withArtifacts(comments, artifacts), artifacts };
}
