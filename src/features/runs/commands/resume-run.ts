import { sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import { transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { enqueueAdvance } from "../../../queue/enqueue";
import { plain, writeSystemComment } from "../../comments/commands/write-system-comment";
import type { Run } from "../schema";
import { changeStatus, lockRun } from "./lock-run";

/** Goes on after the last completed step. */
export async function resumeRun(caller: Caller, { id }: { id: string }): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  return transact(caller.db, async (tx) => {
    const { status, priority } = await lockRun(tx, scope, "running", "resumed");
    if (status !== "paused")
      throw new AppError("BAD_REQUEST", `The run is ${status}, so it cannot be resumed.`);
    const { claimed_by, waiting_since } = workflowRuns;
    const run = await changeStatus(tx, scope, "running", {
      paused_at: null,
      // It gave its room up, so it waits for room like one that comes back from a wait.
      waiting_since: sql`case when ${claimed_by} is null then coalesce(${waiting_since}, now()) end`,
    });
    await writeSystemComment(tx, scope, { run_id: id, text: `Resumed by ${plain(caller.actor.name)}` });
    await enqueueAdvance(tx, id, { priority });
    return run;
  });
}
