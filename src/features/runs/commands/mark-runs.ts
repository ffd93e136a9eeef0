import { and, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller, type ProjectScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowRuns } from "../../../db/schema/runs";
import { audit, emit, transact } from "../../../events/emit";
import { isRunEnded } from "../../../model/states";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import { isMatch } from "../queries/is-match";
import {
  type AcknowledgeRunsInput,
  type ArchiveRunsInput,
  MAX_MARKS,
  type MarkedRuns,
  type RunFilter,
} from "../schema";
import { checkIds, refuseFilters } from "./named-runs";

const { id, status, archived_at, acknowledged_at, created_at } = workflowRuns;

interface Mark {
  action: "runs.archiveMany" | "runs.acknowledgeMany";
  column: typeof archived_at | typeof acknowledged_at;
  /** Whether the runs are to have the mark, or to lose it. */
  on: boolean;
  /** What a run has to be to get the mark, as SQL and in words. */
  fits: SQL;
  refusal: (run: { status: string }) => string;
  said: (name: string) => string;
}

/**
 * Archives ended runs, by their ids or by filters, or takes them out of the archive. They leave the board, and keep their
 * logs, artifacts and place in the table: no retention has a part in it.
 */
export function archiveRuns(caller: Caller, { archived, ...chosen }: ArchiveRunsInput): Promise<MarkedRuns> {
  return markRuns(caller, chosen, {
    action: "runs.archiveMany",
    column: archived_at,
    on: archived,
    fits: inArray(status, ["completed", "failed", "cancelled"]),
    refusal: (run) => `The run is ${run.status}, so it cannot be archived before it has ended.`,
    said: (name) => (archived ? `Archived by ${name}` : `Taken out of the archive by ${name}`),
  });
}

/** Says of failed runs, by their ids or by filters, that somebody has seen that they failed, or takes that back. */
export function acknowledgeRuns(
  caller: Caller,
  { acknowledged, ...chosen }: AcknowledgeRunsInput,
): Promise<MarkedRuns> {
  return markRuns(caller, chosen, {
    action: "runs.acknowledgeMany",
    column: acknowledged_at,
    on: acknowledged,
    fits: eq(status, "failed"),
    refusal: (run) => `The run is ${run.status}, so there is no failure to acknowledge.`,
    said: (name) => (acknowledged ? `Acknowledged by ${name}` : `Acknowledged no more, says ${name}`),
  });
}

/** A call marks so many at most, in one transaction. What has the mark already is left as it is. */
async function markRuns(
  caller: Caller,
  { ids, ...filter }: RunFilter & { ids?: string[] | undefined },
  mark: Mark,
): Promise<MarkedRuns> {
  const scope = await authorizeProject(caller, filter.project_id, "run:write");
  if (ids) refuseFilters(filter);
  const named = ids ? [...new Set(ids)] : null;
  if (named) await checkIds(caller, filter.project_id, named, "Nothing was changed.");
  const chosen = and(named ? inArray(id, named) : and(isMatch(filter), mark.fits, lacks(mark)));
  return transact(caller, scope, mark.action, async (tx) => {
    const rows = await tx
      .select({ id, status, marked: sql<boolean>`${mark.column} is not null` })
      .from(workflowRuns)
      .where(chosen)
      .orderBy(desc(created_at), desc(id))
      .limit(MAX_MARKS)
      .for("no key update");
    const fit = rows.filter((run) =>
      mark.action === "runs.archiveMany" ? isRunEnded(run.status) : run.status === "failed",
    );
    const changed = fit.filter((run) => run.marked !== mark.on).map((run) => run.id);
    await write(tx, scope, changed, mark, plain(caller.actor.name));
    audit(tx, {
      after: {
        [mark.action === "runs.archiveMany" ? "archived" : "acknowledged"]: mark.on,
        runs: changed.length,
        ids: changed,
      },
    });
    return {
      changed,
      failed: rows
        .filter((run) => !fit.includes(run))
        .map((run) => ({ id: run.id, reason: mark.refusal(run) })),
      remaining: named ? 0 : await tx.$count(workflowRuns, chosen),
    };
  });
}

const lacks = ({ column, on }: Mark) => (on ? isNull(column) : isNotNull(column));

async function write(tx: Tx, scope: ProjectScope, ids: string[], mark: Mark, name: string): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(workflowRuns)
    .set({ [mark.column.name]: mark.on ? sql`now()` : null })
    .where(inArray(id, ids));
  for (const run_id of ids) {
    await writeSystemComment(tx, scope, { run_id, text: mark.said(name) });
    emit(tx, scope, "workflow.execution.updated", { execution_id: run_id });
  }
}
