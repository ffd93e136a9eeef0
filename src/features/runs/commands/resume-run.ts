import { authorizeRun, type Caller } from "../../../auth/scope";
import { transact } from "../../../events/emit";
import { project } from "../../../journal/project";
import { AppError } from "../../../lib/errors";
import { enqueueAdvance } from "../../../queue/enqueue";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import type { Run } from "../schema";
import { lockRun, readRun } from "./lock-run";

/** Resumes a paused run after its last completed step. */
export async function resumeRun(caller: Caller, { id }: { id: string }): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  return transact(caller.db, async (tx) => {
    const run = await lockRun(tx, scope, "running", "resumed");
    if (run.status !== "paused")
      throw new AppError("BAD_REQUEST", `The run is ${run.status}, so it cannot be resumed.`);
    await project(tx, scope, run, [{ kind: "resumed" }]);
    await writeSystemComment(tx, scope, { run_id: id, text: `Resumed by ${plain(caller.actor.name)}` });
    await enqueueAdvance(tx, id, { priority: run.priority });
    return readRun(tx, scope);
  });
}
