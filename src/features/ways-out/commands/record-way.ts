import { eq } from "drizzle-orm";
import type { Caller, RunScope } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import type { AuditAction } from "../../../events/audit";
import { audit, emit, transact } from "../../../events/emit";
import { writeSystemComment } from "../../comments/commands/write-comment";

type Columns = Pick<
  typeof workflowRuns.$inferInsert,
  "pushed_snapshot" | "pushed_branch" | "applied_snapshot" | "pull_request_url" | "pull_request_number"
>;

/** Notes on the run's row where its changes went, and tells of it; `text`: a system comment, null for none. */
export async function recordWay(
  caller: Caller,
  scope: RunScope,
  action: AuditAction,
  columns: Columns,
  text: string | null,
): Promise<void> {
  await transact(caller, scope, action, async (tx) => {
    await tx.update(workflowRuns).set(columns).where(eq(workflowRuns.id, scope.run_id));
    audit(tx, { after: columns });
    if (text !== null) await writeSystemComment(tx, scope, { run_id: scope.run_id, text });
    emit(tx, scope, "workflow.execution.updated", { execution_id: scope.run_id });
  });
}
