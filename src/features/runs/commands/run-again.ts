import { eq, type SQL, sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import { createOnce } from "../../../events/create-once";
import { AppError } from "../../../lib/errors";
import type { RunAgainInput, RunDetails } from "../schema";
import { startRun } from "./create-run";

/**
 * Makes a new run of another one's definition, in its newest revision, with the same args unless others are given. The
 * other run stays as it is. Throws BAD_REQUEST that names each arg that the revision does not take.
 */
export async function runAgain(caller: Caller, { id, args, name }: RunAgainInput): Promise<RunDetails> {
  const scope = await authorizeRun(caller, id, "run:write");
  const [run] = await caller.db
    .select({
      workflow_definition_id: workflowRuns.workflow_definition_id,
      priority: workflowRuns.priority,
      args: args === undefined ? workflowRuns.args : (sql`null` as SQL<null>),
    })
    .from(workflowRuns)
    .where(eq(workflowRuns.id, id));
  if (!run) throw new AppError("NOT_FOUND", "There is no such run.");
  const input = { ...run, args: args ?? run.args ?? {}, ...(name === undefined ? {} : { name }) };
  return createOnce(caller, scope, "runs.again", (commit) => startRun(caller, scope, input, commit));
}
