import { and, asc, eq, getTableColumns, inArray, type SQL } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../auth/scope";
import type { Db, Tx } from "../../db/client";
import { workflowArtifacts, workflowComments } from "../../db/schema/comments";
import { users } from "../../db/schema/users";
import { artifactsWhere } from "../artifacts/queries";
import type { Artifact } from "../artifacts/schema";
import { getStepRow } from "../steps/queries/get-step-row";
import type { Comment, ListCommentsInput } from "./schema";

type BareComment = Omit<Comment, "artifacts">;

/** The comments of a run or of a step, as `where` says, oldest first, without their artifacts. */
export function commentsWhere(db: Db | Tx, where: SQL | undefined): PromiseLike<BareComment[]> {
  return db
    .select({ ...getTableColumns(workflowComments), created_by_name: users.name })
    .from(workflowComments)
    .leftJoin(users, eq(users.id, workflowComments.created_by))
    .where(where)
    .orderBy(asc(workflowComments.created_at), asc(workflowComments.id));
}

/** Gives each comment those of the artifacts that are attached to it. */
export function withArtifacts(comments: BareComment[], artifacts: Artifact[]): Comment[] {
  const attached = new Map<string, Artifact[]>();
  for (const artifact of artifacts) {
    const { workflow_comment_id: id } = artifact;
    if (id !== null) attached.set(id, [...(attached.get(id) ?? []), artifact]);
  }
  return comments.map((comment) => ({ ...comment, artifacts: attached.get(comment.id) ?? [] }));
}

/** As `commentsWhere`, each with its artifacts. Two queries. */
export async function commentsWithArtifacts(db: Db | Tx, where: SQL | undefined): Promise<Comment[]> {
  const comments = await commentsWhere(db, where);
  const ids = comments.map((comment) => comment.id);
  if (ids.length === 0) return [];
  return withArtifacts(
    comments,
    await artifactsWhere(db, inArray(workflowArtifacts.workflow_comment_id, ids)),
  );
}

/** The comments of a run, oldest first; with `step_id` those of one step. Three queries, four with a step. */
export async function listComments(
  { db, actor }: Caller,
  { run_id, step_id }: ListCommentsInput,
): Promise<Comment[]> {
  await authorizeRun({ db, actor }, run_id, "project:read");
  const step = step_id === undefined ? null : await getStepRow(db, run_id, step_id);
  const ofStep = step ? eq(workflowComments.workflow_run_step_id, step.id) : undefined;
  return commentsWithArtifacts(db, and(eq(workflowComments.workflow_run_id, run_id), ofStep));
}
