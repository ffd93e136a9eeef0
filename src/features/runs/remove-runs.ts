import { inArray, type SQL, sql } from "drizzle-orm";
import type { Tx } from "../../db/client";
import { workflowRuns } from "../../db/schema/runs";
import { runKey } from "../../engine/logs/paths";
import { noteDeletions } from "../../storage/noted-files";
import type { StorageOwner } from "../../storage/storage";

/**
 * Deletes the rows of runs of one project, ended and locked by the caller, and notes their files. Gives the ids for
 * `deleteNoted`; `dropSnapshots` is to follow it. The caller tells the event. As many statements for a hundred runs as for one.
 */
export async function removeRuns(tx: Tx, owner: StorageOwner, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  await tx.delete(workflowRuns).where(inArray(workflowRuns.id, [...ids]));
  const keys = ids.map(runKey);
  // Includes sessions of earlier attempts, which no step refers to any more. Compared as bytes, as their index is.
  await tx.execute(sql`
    delete from agent_sessions s using unnest(${textArray(keys)}) k
    where s.project_id = ${owner.id} and s.transcript_path ~>=~ (k || '/') and s.transcript_path ~<~ (k || '0')`);
  // Younger events stay, since a stream gives each of them. Of the swept ones those of its history were left.
  await tx.execute(sql`
    delete from workflow_events e using projects p
    where p.id = ${owner.id} and p.events_swept > 0 and e.project_id = p.id and e.seq <= p.events_swept
      and e.workflow_run_id = any(${textArray(ids)})`);
  return noteDeletions(
    tx,
    owner,
    keys.map((key) => ({ key, is_prefix: true })),
  );
}

const textArray = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`;
