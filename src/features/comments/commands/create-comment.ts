import { and, eq, inArray } from "drizzle-orm";
import { authorizeRun, type Caller, type RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowArtifacts } from "../../../db/schema/comments";
import { workflowRunSteps } from "../../../db/schema/runs";
import { createOnce } from "../../../events/create-once";
import { audit, emit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getStepRow } from "../../in-run/get-step-row";
import { getComment } from "../queries";
import type { Comment, CreateCommentInput } from "../schema";
import { writeComment } from "./write-comment";

/**
 * Creates a comment on a run or a step and attaches artifacts of the run. Throws BAD_REQUEST if a person
 * claims that an agent wrote it, or if an artifact belongs to another run.
 */
export async function createComment(caller: Caller, input: CreateCommentInput): Promise<Comment> {
  const scope = await authorizeRun(caller, input.run_id, "run:write");
  const { comment_type } = input;
  if (comment_type === "agent" && caller.actor.type !== "token") {
    throw new AppError("BAD_REQUEST", "Only a token may write as an agent. Leave comment_type out.", [
      { path: "comment_type", message: "may be agent only with a token" },
    ]);
  }
  return createOnce(caller, scope, "comments.create", (commit) =>
    commit(async (tx) => {
      const step = input.step_id === undefined ? null : await getStepRow(tx, input.run_id, input.step_id);
      const by = { comment_type, created_by: caller.actor.user_id };
      const id = await writeComment(tx, scope, { ...input, step }, by);
      await attach(tx, scope, id, input.artifact_ids);
      audit(tx, {
        target: { type: "comment", id, name: null },
        after: { run_id: scope.run_id, step_id: step?.step_id, text: input.text },
      });
      return getComment(tx, id);
    }),
  );
}

async function attach(tx: Tx, scope: RunScope, comment_id: string, artifact_ids: string[]): Promise<void> {
  if (artifact_ids.length === 0) return;
  const ofRun = tx
    .select({ id: workflowRunSteps.id })
    .from(workflowRunSteps)
    .where(eq(workflowRunSteps.workflow_run_id, scope.run_id));
  const attached = await tx
    .update(workflowArtifacts)
    .set({ workflow_comment_id: comment_id })
    .where(
      and(
        inArray(workflowArtifacts.id, artifact_ids),
        inArray(workflowArtifacts.workflow_run_step_id, ofRun),
      ),
    )
    .returning({ id: workflowArtifacts.id });
  const found = new Set(attached.map(({ id }) => id));
  const missing = artifact_ids.find((id) => !found.has(id));
  if (missing !== undefined) {
    throw new AppError("BAD_REQUEST", `The run has no artifact ${missing}. Upload it to this run first.`, [
      { path: `artifact_ids.${artifact_ids.indexOf(missing)}`, message: "is no artifact of this run" },
    ]);
  }
  for (const artifact_id of found) {
    emit(tx, scope, "workflow.artifact.attached", {
      execution_id: scope.run_id,
      artifact_id,
      comment_id,
    });
  }
}
