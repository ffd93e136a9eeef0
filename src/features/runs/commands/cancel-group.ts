import { sql } from "drizzle-orm";
import type { ProjectScope, RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import type { HeldRun } from "../../../journal/project";
import { plain } from "../../comments/commands/write-comment";
import { cancelLocked } from "./cancel-run";

/** The group's key in `concurrency_groups`; the column also holds keys of schedules with `overlap: queue`. */
export const groupKey = (group: string) => `group:${group}`;

/**
 * Cancels all active runs of a concurrency group, because the current transaction starts another one. An
 * advisory lock puts concurrent starts in order.
 */
export async function cancelGroup(tx: Tx, scope: ProjectScope, group: string): Promise<void> {
  const { project_id } = scope;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${project_id} ${group}`}, 0))`);
  const { rows: open } = await tx.execute<HeldRun & Record<string, unknown>>(sql`
    select id, current_phase from workflow_runs
    where project_id = ${project_id} and status in ('pending', 'running', 'paused')
      and concurrency_groups @> array[${groupKey(group)}]
    order by id for update`);
  const reason = `Cancelled: another run of its group "${group}" was started`;
  for (const run of open) {
    const own: RunScope = { ...scope, run_id: run.id };
    await cancelLocked(tx, own, run, { reason, text: plain(reason) });
  }
}
