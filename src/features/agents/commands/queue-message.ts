import { sql } from "drizzle-orm";
import type { RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { agentMessages } from "../../../db/schema/messages";
import { emit, wakeAfter } from "../../../events/emit";

export interface NewMessage {
  /** The step's row, and its id in the definition. It is an agent's. */
  step: { id: string; step_id: string };
  text: string;
  /** The agent's turn is ended for it. */
  interrupt?: boolean;
  by: { user_id: string; name: string };
}

/**
 * Queues a message for the agent of a step, and returns the message's id. The caller holds the lock of the run's row.
 *
 * While the agent works it gets the message at the end of its turn. Where the step is started again, its new attempt
 * takes up the session of the one before with the messages that wait as its prompt, and with the files as that one left
 * them; where the agent can load no session, a new one gets the step's prompt followed by the messages. So to send a
 * step back with a comment, call this first and reset the step (`retried`) behind it in the same transaction.
 */
export async function queueMessage(
  tx: Tx,
  scope: RunScope,
  { step, text, interrupt = false, by }: NewMessage,
): Promise<string> {
  const [row] = await tx
    .insert(agentMessages)
    .values({
      workflow_run_id: scope.run_id,
      workflow_run_step_id: step.id,
      text,
      interrupt,
      created_by: by.user_id,
      created_by_name: by.name,
      // By the clock, so that several messages of one transaction keep their order.
      created_at: sql`clock_timestamp()`,
    })
    .returning({ id: agentMessages.id });
  if (!row) throw new Error("the message's row did not come back");
  tellOfMessage(tx, scope, step.step_id, { id: row.id, status: "queued", interrupt });
  return row.id;
}

/** Tells readers that a message has changed, and the worker where the agent is to be interrupted for it. */
export function tellOfMessage(
  tx: Tx,
  scope: RunScope,
  step_id: string,
  { id, status, interrupt }: { id: string; status: "queued" | "withdrawn"; interrupt: boolean },
): void {
  const { run_id } = scope;
  emit(tx, scope, "workflow.message.changed", { execution_id: run_id, message_id: id, step_id, status });
  if (interrupt && status === "queued") wakeAfter(tx, { channel: "control", id: run_id });
}
