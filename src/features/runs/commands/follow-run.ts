import { and, eq } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { runFollowers } from "../../../db/schema/labels";
import { audit, emit, transact } from "../../../events/emit";
import type { Followed } from "../schema";

/** Whoever may read a run may follow it. Once more changes nothing. */
export function followRun(caller: Caller, { id }: { id: string }): Promise<Followed> {
  return setFollowed(caller, id, true);
}

export function unfollowRun(caller: Caller, { id }: { id: string }): Promise<Followed> {
  return setFollowed(caller, id, false);
}

async function setFollowed(caller: Caller, id: string, followed: boolean): Promise<Followed> {
  const scope = await authorizeRun(caller, id, "project:read");
  const { user_id } = caller.actor;
  return transact(caller, scope, followed ? "runs.follow" : "runs.unfollow", async (tx) => {
    const changed = followed
      ? await tx
          .insert(runFollowers)
          .values({ workflow_run_id: id, user_id })
          .onConflictDoNothing()
          .returning()
      : await tx
          .delete(runFollowers)
          .where(and(eq(runFollowers.workflow_run_id, id), eq(runFollowers.user_id, user_id)))
          .returning();
    audit(tx, { after: { followed } });
    if (changed.length > 0) emit(tx, scope, "workflow.execution.updated", { execution_id: id });
    return { id, followed };
  });
}
