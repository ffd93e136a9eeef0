import { authorizeRun, type Caller } from "../../../auth/scope";
import { transact } from "../../../events/emit";
import { project } from "../../../journal/project";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import type { Run } from "../schema";
import { lockRun, readRun } from "./lock-run";

/** Pauses a run: its status changes at once, running steps finish, and no other step starts. */
export async function pauseRun(caller: Caller, { id }: { id: string }): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  return transact(caller, scope, "runs.pause", async (tx) => {
    const run = await lockRun(tx, scope, "paused", "paused");
    await writeSystemComment(tx, scope, { run_id: id, text: `Paused by ${plain(caller.actor.name)}` });
    await project(tx, scope, run, [{ kind: "paused" }]);
    return readRun(tx, scope);
  });
}
