import { sql } from "drizzle-orm";
import { workerScope } from "../../../auth/scope";
import { runKey } from "../../../engine/logs/paths";
import { commit, emit } from "../../../events/emit";
import type { RetentionLimits } from "../../../model/retention";
import { noteDeletions } from "../../../storage/noted-files";
import { deleteNoted } from "../../../storage/sweep";
import { ago, dueArtifacts, dueLogs, losesArtifacts } from "../due";
import { type Place, recordSweep, START, type Sweep } from "./sweep";

/** Runs of one transaction. */
const BATCH = 50;
/** Runs that one statement looks at; most of them have lost their files at an earlier sweep. */
const LOOK = 2_000;

interface Found extends Place {
  is_due: boolean;
}

export interface SweptFiles {
  /** Runs that lost their logs. */
  logs: number;
  /** Artifacts that lost their files. */
  artifacts: number;
}

/** Removes logs and artifacts' files of a project's runs that stay, oldest first. */
export async function sweepFiles(sweep: Sweep, limits: RetentionLimits): Promise<SweptFiles> {
  const ages = [limits.logs, limits.artifacts].filter((age) => age !== null);
  const swept = { logs: 0, artifacts: 0 };
  if (ages.length === 0) return swept;
  const { db, project, pace } = sweep;
  const youngest = Math.min(...ages);
  let after: Place | undefined = START;
  while (after && !pace.isOver) {
    const from: Place = after;
    const { rows } = await pace.step(() =>
      db.execute<Found>(sql`
        select r.id, r.created_at, ${dueLogs(limits)} or ${losesArtifacts(limits)} as is_due
        from workflow_runs r
        where r.project_id = ${project.id} and r.created_at < ${ago(youngest)}
          and (r.created_at, r.id) > (${from.created_at}::timestamptz, ${from.id})
        order by r.created_at, r.id limit ${sql.raw(String(LOOK))}`),
    );
    const due = rows.filter(({ is_due }) => is_due).map(({ id }) => id);
    for (let at = 0; at < due.length && !pace.isOver; at += BATCH) {
      const { files, ...removed } = await pace.step(() =>
        removeRows(sweep, due.slice(at, at + BATCH), limits),
      );
      if (files.length > 0) await pace.filesStep(() => deleteNoted(db, files));
      swept.logs += removed.logs;
      swept.artifacts += removed.artifacts;
    }
    after = rows.length < LOOK ? undefined : rows.at(-1);
  }
  return swept;
}

/** Removes what is still due of these runs once they are locked. */
async function removeRows(
  { db, project }: Sweep,
  ids: string[],
  limits: RetentionLimits,
): Promise<SweptFiles & { files: string[] }> {
  const scope = workerScope(project.id, { type: "system" });
  return commit(db, null, async (tx) => {
    // As in the sweep of runs: locked first, then looked at anew.
    const { rows: locked } = await tx.execute<{ id: string }>(
      sql`select id from workflow_runs where id = any(${sql.param(ids)}::text[]) for update skip locked`,
    );
    const own = sql`${sql.param(locked.map(({ id }) => id))}::text[]`;
    const { rows: gone } = await tx.execute<{ id: string; file_path: string; run_id: string }>(sql`
      update workflow_artifacts a set removed_at = now(), updated_at = now()
      from workflow_run_steps s, workflow_runs r
      where s.id = a.workflow_run_step_id and r.id = s.workflow_run_id and r.id = any(${own}) and ${dueArtifacts(limits)}
      returning a.id, a.file_path, r.id as run_id`);
    const { rows: silent } = await tx.execute<{ id: string }>(sql`
      select r.id from workflow_runs r where r.id = any(${own}) and ${dueLogs(limits)}`);
    const without = sql`${sql.param(silent.map(({ id }) => id))}::text[]`;
    await tx.execute(sql`
      delete from workflow_log_chunks c using workflow_run_step_attempts a, workflow_run_steps s
      where s.workflow_run_id = any(${without}) and a.workflow_run_step_id = s.id and c.attempt_id = a.id`);
    await tx.execute(sql`delete from workflow_code_log_chunks where workflow_run_id = any(${without})`);
    // Both in one write of the row. Younger artifacts go by their own age, so they are looked at again.
    await tx.execute(sql`
      update workflow_runs r set
        logs_removed_at = case when r.id = any(${without}) then now() else r.logs_removed_at end,
        log_bytes = case when r.id = any(${without}) then 0 else r.log_bytes end,
        artifacts_removed_at = case when ${losesArtifacts(limits)} and not exists (
          select from workflow_run_steps s join workflow_artifacts a on a.workflow_run_step_id = s.id
          where s.workflow_run_id = r.id and a.removed_at is null) then now() else r.artifacts_removed_at end
      where r.id = any(${own})`);
    const told = new Set([...silent.map(({ id }) => id), ...gone.map(({ run_id }) => run_id)]);
    for (const id of told) emit(tx, scope, "workflow.execution.updated", { execution_id: id });
    recordSweep(tx, project.id, { logs: silent.length, artifacts: gone.length });
    const deletions = [
      ...silent.map(({ id }) => ({ key: `${runKey(id)}/logs`, is_prefix: true })),
      ...gone.map(({ file_path }) => ({ key: file_path, is_prefix: false })),
    ];
    return {
      files: await noteDeletions(tx, project, deletions),
      logs: silent.length,
      artifacts: gone.length,
    };
  });
}
