import { asc, eq, getTableColumns, type SQL } from "drizzle-orm";
import { authorizeArtifact, authorizeRun, type Caller } from "../../auth/scope";
import type { Db, Tx } from "../../db/client";
import { workflowArtifacts } from "../../db/schema/comments";
import { workflowRunSteps } from "../../db/schema/runs";
import { AppError } from "../../lib/errors";
import type { Artifact } from "./schema";

/** The artifacts of a run or of a step, as `where` says (of the step's row), oldest first. */
export function artifactsWhere(db: Db | Tx, where: SQL) {
  return db
    .select({
      ...getTableColumns(workflowArtifacts),
      workflow_run_id: workflowRunSteps.workflow_run_id,
      step_id: workflowRunSteps.step_id,
    })
    .from(workflowArtifacts)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, workflowArtifacts.workflow_run_step_id))
    .where(where)
    .orderBy(asc(workflowArtifacts.created_at), asc(workflowArtifacts.id));
}

/** The artifacts of a run, oldest first. Two queries. */
export async function listArtifacts(caller: Caller, { run_id }: { run_id: string }): Promise<Artifact[]> {
  await authorizeRun(caller, run_id, "project:read");
  return artifactsWhere(caller.db, eq(workflowRunSteps.workflow_run_id, run_id));
}

/** What is known of an artifact; its bytes come from `GET /api/artifacts/{id}`. Two queries. */
export async function getArtifact(caller: Caller, { id }: { id: string }): Promise<Artifact> {
  await authorizeArtifact(caller, id, "project:read");
  return getArtifactRow(caller.db, id);
}

/** Behind the gate. Throws NOT_FOUND. */
export async function getArtifactRow(db: Db | Tx, id: string): Promise<Artifact> {
  const [artifact] = await artifactsWhere(db, eq(workflowArtifacts.id, id));
  if (!artifact) throw new AppError("NOT_FOUND", "There is no such artifact.");
  return artifact;
}
