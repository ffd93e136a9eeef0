import { sql } from "drizzle-orm";
import type { ProjectScope } from "../../auth/scope";
import type { Tx } from "../../db/client";
import { plain, writeSystemComment } from "../../features/comments/commands/write-comment";

/**
 * Withdraws open permission requests of a run's agents (`id`: only this one), since no process waits for the answers
 * any more, and says so by a comment on each step. The end of a session does this too.
 */
export async function withdrawPermissions(
  tx: Tx,
  scope: ProjectScope,
  run_id: string,
  id?: string,
): Promise<void> {
  const only = id === undefined ? sql`` : sql`and q.id = ${id}`;
  const { rows: withdrawn } = await tx.execute<{
    id: string;
    step_id: string;
    name: string;
    title: string;
  }>(sql`
    update agent_permission_requests q set status = 'withdrawn', updated_at = now()
    from workflow_run_steps s
    where s.workflow_run_id = ${run_id} and q.workflow_run_step_id = s.id and q.status = 'pending' ${only}
    returning s.id, s.step_id, s.name, q.tool_call ->> 'title' as title`);
  for (const { name, title, ...step } of withdrawn) {
    const text = `**${plain(name)}** no longer asks for ${plain(title)}`;
    await writeSystemComment(tx, scope, { run_id, step, text });
  }
}
