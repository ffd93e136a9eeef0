import { createHash } from "node:crypto";
import type { Db } from "../db/client";
import { workflowComments } from "../db/schema/comments";
import type { Claim } from "../engine/run/ports";
import { emit } from "../events/emit";
import { progress } from "../events/progress";
import { holdClaim, scopeOf } from "./claims/under-claim";

const MAX_TEXT = 50_000;

/**
 * Writes the comment of a definition's code once: a later pass with the same key writes nothing. Throws `ClaimLost`.
 */
export async function writeCodeComment(db: Db, claim: Claim, key: string, text: string): Promise<void> {
  const { run } = claim;
  const shown = text.slice(0, MAX_TEXT).replaceAll("\0", "\uFFFD");
  const digest = createHash("sha256").update(`${run.id} ${key} ${shown}`).digest("hex");
  await progress(db, async (tx) => {
    await holdClaim(tx, claim);
    const [made] = await tx
      .insert(workflowComments)
      .values({ id: `c${digest.slice(0, 23)}`, workflow_run_id: run.id, text: shown, comment_type: "system" })
      .onConflictDoNothing()
      .returning({ id: workflowComments.id });
    if (made) {
      emit(tx, scopeOf(claim), "workflow.comment.created", {
        execution_id: run.id,
        comment_id: made.id,
        step_id: null,
      });
    }
  });
}
