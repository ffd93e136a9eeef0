import { sql } from "drizzle-orm";
import { workerScope } from "../../../auth/scope";
import { commit, emit } from "../../../events/emit";
import { dropSnapshotsOf } from "../../../git/keeper";
import { logger } from "../../../lib/logger";
import type { RetentionLimits } from "../../../model/retention";
import type { WorkspaceKind } from "../../../model/states";
import { deleteNoted } from "../../../storage/sweep";
import { removeRuns } from "../../runs/remove-runs";
import { ago, endedBefore, lastKept } from "../due";
import { type Place, recordSweep, START, type Sweep } from "./sweep";

/** Runs of one transaction: their rows are locked for some ten milliseconds. */
const BATCH = 100;

interface Found extends Place {
  workspace: WorkspaceKind;
}

/** Deletes the runs of a project that are due, oldest first. Gives their number. */
export async function sweepRuns(sweep: Sweep, limits: RetentionLimits): Promise<number> {
  if (limits.runs === null) return 0;
  const { rows: definitions } = await sweep.db.execute<{ id: string }>(
    sql`select id from workflow_definitions where project_id = ${sweep.project.id} order by id`,
  );
  let removed = 0;
  for (const { id } of definitions)
    removed += await sweepDefinition(sweep, id, limits.runs, limits.keep_last);
  return removed;
}

async function sweepDefinition(
  sweep: Sweep,
  definition_id: string,
  age: number,
  keep_last: number,
): Promise<number> {
  const { db, pace } = sweep;
  let cut: Place | undefined;
  if (keep_last > 0) {
    const { rows } = await db.execute<Place>(lastKept(sql`${definition_id}`, keep_last));
    cut = rows[0];
    if (!cut) return 0;
  }
  // Each batch goes on behind the one before, so it does not walk again over what is deleted and not yet vacuumed.
  let after: Place = START;
  let removed = 0;
  while (!pace.isOver) {
    const { gone, files, last } = await pace.step(async () => {
      const { rows } = await db.execute<Found>(sql`
        select r.id, r.created_at, r.workspace from workflow_runs r
        where r.workflow_definition_id = ${definition_id} and ${endedBefore(ago(age))}
          and (r.created_at, r.id) > (${after.created_at}::timestamptz, ${after.id})
          ${cut ? sql`and (r.created_at, r.id) < (${cut.created_at}::timestamptz, ${cut.id})` : sql``}
        order by r.created_at, r.id limit ${sql.raw(String(BATCH))}`);
      const batch = await removeBatch(sweep, rows, age);
      return { ...batch, last: rows.length < BATCH ? undefined : rows.at(-1) };
    });
    removed += gone.length;
    if (gone.length > 0) await pace.filesStep(() => removeFilesOf(sweep, gone, files));
    if (!last) break;
    after = last;
  }
  return removed;
}

/** Deletes those of the runs that are still due once they are locked. */
async function removeBatch(
  { db, project }: Sweep,
  found: Found[],
  age: number,
): Promise<{ gone: Found[]; files: string[] }> {
  if (found.length === 0) return { gone: [], files: [] };
  const scope = workerScope(project.id, { type: "system" });
  const ids = found.map(({ id }) => id);
  return commit(db, null, async (tx) => {
    // A run that somebody retries or pins at this moment is locked by them.
    const { rows: locked } = await tx.execute<{ id: string }>(
      sql`select id from workflow_runs where id = any(${sql.param(ids)}::text[]) for update skip locked`,
    );
    // A statement of its own, since a pin that was made ahead of the lock changes no row of the run.
    const { rows } = await tx.execute<{ id: string }>(sql`
      select r.id from workflow_runs r where r.id = any(${sql.param(locked.map(({ id }) => id))}::text[]) and ${endedBefore(ago(age))}`);
    const due = new Set(rows.map(({ id }) => id));
    const gone = found.filter(({ id }) => due.has(id));
    recordSweep(tx, project.id, { runs: gone.length });
    if (gone.length > 0) emit(tx, scope, "workflow.execution.swept", { execution_ids: [...due] });
    return { gone, files: await removeRuns(tx, project, [...due]) };
  });
}

async function removeFilesOf({ db, project }: Sweep, gone: Found[], files: string[]): Promise<void> {
  await deleteNoted(db, files);
  await dropSnapshotsOf(project.path, gone).catch((error: unknown) =>
    logger.debug({ err: error, project_id: project.id }, "snapshots of removed runs were left"),
  );
}
