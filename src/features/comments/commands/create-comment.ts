import { and, eq, inArray, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { authorizeRun, type Caller, type RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowArtifacts, workflowComments } from "../../../db/schema/comments";
import { workflowRunSteps } from "../../../db/schema/runs";
import { createOnce } from "../../../events/create-once";
import { audit, emit } from "../../../events/emit";
import { AppError, faultyInput } from "../../../lib/errors";
import { getStepRow } from "../../in-run/get-step-row";
import { getComment } from "../queries";
import type { Comment, CreateCommentInput } from "../schema";
import { placeAnchor } from "./place-anchor";
import { writeComment } from "./write-comment";

/**
 * Creates a comment on a run or a step and attaches artifacts of the run. Throws BAD_REQUEST if a person
 * claims that an agent wrote it, or if an artifact or the comment that it answers belongs to another run; and as
 * `placeAnchor`.
 */
export async function createComment(caller: Caller, input: CreateCommentInput): Promise<Comment> {
  const scope = await authorizeRun(caller, input.run_id, "run:write");
  checkPlace(input);
  const { comment_type } = input;
  if (comment_type === "agent" && caller.actor.type !== "token") {
    throw new AppError("BAD_REQUEST", "Only a token may write as an agent. Leave comment_type out.", [
      { path: "comment_type", message: "may be agent only with a token" },
    ]);
  }
  return createOnce(caller, scope, "comments.create", async (commit) => {
    const placed = input.anchor ? await placeAnchor(caller, scope.run_id, input.anchor) : null;
    return commit(async (tx) => {
      const parent = input.parent_id === undefined ? null : await parentOf(tx, scope, input.parent_id);
      const own = input.step_id === undefined ? null : await getStepRow(tx, input.run_id, input.step_id);
      const step = placed?.step ?? parent?.step ?? own;
      const by = { comment_type, created_by: caller.actor.user_id };
      const thread = { anchor: placed?.anchor ?? null, parent_id: parent?.id ?? null };
      const id = await writeComment(tx, scope, { ...input, step }, { ...by, ...thread });
      await attach(tx, scope, id, input.artifact_ids);
      audit(tx, {
        target: { type: "comment", id, name: null },
        after: {
          ...{ run_id: scope.run_id, step_id: step?.step_id, text: input.text },
          ...{ anchor: placed?.anchor.kind, parent_id: parent?.id },
        },
      });
      return getComment(tx, id);
    });
  });
}

/** Refuses several places at once. Not a part of the schema, since REST's document would then not say that it takes nothing else. */
function checkPlace({ step_id, parent_id, anchor }: CreateCommentInput): void {
  if (parent_id !== undefined && anchor) {
    throw faultyInput([{ path: "anchor", message: "must be absent where parent_id is given" }]);
  }
  if (step_id === undefined || (!anchor && parent_id === undefined)) return;
  const from = anchor ? "anchor" : "parent_id";
  const message = `must be absent where ${from} is given, since it follows from that`;
  throw faultyInput([{ path: "step_id", message }]);
}

/** The first comment of the thread that a comment belongs to, with its step. Throws BAD_REQUEST. */
async function parentOf(tx: Tx, { run_id }: RunScope, id: string) {
  const given = alias(workflowComments, "given");
  const [parent] = await tx
    .select({
      id: workflowComments.id,
      comment_type: workflowComments.comment_type,
      step: { id: workflowRunSteps.id, step_id: workflowRunSteps.step_id },
    })
    .from(given)
    .innerJoin(workflowComments, eq(workflowComments.id, sql`coalesce(${given.parent_id}, ${given.id})`))
    .leftJoin(workflowRunSteps, eq(workflowRunSteps.id, workflowComments.workflow_run_step_id))
    .where(and(eq(given.id, id), eq(given.workflow_run_id, run_id)))
    // It is not deleted meanwhile.
    .for("share", { of: workflowComments });
  if (!parent || parent.comment_type === "system") {
    const why = parent
      ? "What the system noted cannot be answered. Write a comment on the run."
      : `The run has no comment ${id}. It may have been deleted.`;
    throw new AppError("BAD_REQUEST", why, [
      { path: "parent_id", message: parent ? "is a note of the system" : "is no comment of this run" },
    ]);
  }
  return parent;
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
