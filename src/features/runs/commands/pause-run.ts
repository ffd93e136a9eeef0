import { sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { transact } from "../../../events/emit";
import { plain, writeSystemComment } from "../../comments/commands/write-system-comment";
import type { Run } from "../schema";
import { changeStatus, lockRun } from "./lock-run";

/** The run reads paused at once; the step in flight finishes and no other starts. */
export async function pauseRun(caller: Caller, { id }: { id: string }): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  return transact(caller.db, async (tx) => {
    await lockRun(tx, scope, "paused", "paused");
    await writeSystemComment(tx, scope, { run_id: id, text: `Paused by ${plain(caller.actor.name)}` });
    return changeStatus(tx, scope, "paused", { paused_at: sql`now()` });
  });
}
