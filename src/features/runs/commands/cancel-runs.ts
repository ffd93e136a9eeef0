import { and, desc, eq, inArray } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { isMatch } from "../queries/is-match";
import { type CancelledRuns, type CancelRunsInput, MAX_CANCELS, type RunFilter } from "../schema";
import { cancelRun } from "./cancel-run";
import { checkIds, refuseFilters } from "./named-runs";

/**
 * Cancels the named runs, or the active ones that match the filters, each as `cancelRun` does: a refusal for
 * one does not stop the others. Throws NOT_FOUND and cancels nothing if an id is no run of the project,
 * BAD_REQUEST for ids together with filters.
 */
export async function cancelRuns(
  caller: Caller,
  { ids, ...filter }: CancelRunsInput,
  limit = MAX_CANCELS,
): Promise<CancelledRuns> {
  await authorizeProject(caller, filter.project_id, "run:write");
  if (ids) refuseFilters(filter);
  const named = ids ? [...new Set(ids)] : null;
  if (named) await checkIds(caller, filter.project_id, named, "Nothing was cancelled.");
  const cancelled: string[] = [];
  const failed: CancelledRuns["failed"] = [];
  for (const id of named ?? (await readOpen(caller, filter, limit))) {
    try {
      await cancelRun(caller, { id }, "runs.cancelMany");
      cancelled.push(id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failed.push({ id, reason: error.message });
    }
  }
  return { cancelled, failed, remaining: named ? 0 : await countOpen(caller, filter) };
}

const isOpen = (filter: RunFilter) =>
  and(isMatch(filter), inArray(workflowRuns.status, ["pending", "running", "paused"]));

/** Waiting runs first; otherwise they would start in the places freed by cancelled ones. */
async function readOpen({ db }: Caller, filter: RunFilter, limit: number): Promise<string[]> {
  const { id, status, created_at } = workflowRuns;
  const rows = await db
    .select({ id })
    .from(workflowRuns)
    .where(isOpen(filter))
    .orderBy(desc(eq(status, "pending")), desc(created_at), desc(id))
    .limit(limit);
  return rows.map((row) => row.id);
}

function countOpen({ db }: Caller, filter: RunFilter): Promise<number> {
  return db.$count(workflowRuns, isOpen(filter));
}
