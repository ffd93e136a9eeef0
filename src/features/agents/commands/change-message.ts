import { eq, sql } from "drizzle-orm";
import { authorizeAgentMessage, type Caller, type RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { agentMessages } from "../../../db/schema/messages";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { changed as changedFacts } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getMessage } from "../queries/messages";
import type { AgentMessage, EditMessageInput } from "../schema";
import { tellOfMessage } from "./queue-message";

/**
 * Changes a message that is not delivered yet. Its text is its author's to change; any member may have the agent
 * interrupted for it. Throws CONFLICT where it was delivered or withdrawn.
 */
export async function editMessage(caller: Caller, input: EditMessageInput): Promise<AgentMessage> {
  const scope = await authorizeAgentMessage(caller, input.id, "run:write");
  return transact(caller, scope, "agentSessions.editMessage", async (tx) => {
    const { message, step } = await lockQueued(tx, scope, input.id);
    const { text = message.text, interrupt = message.interrupt } = input;
    if (text !== message.text && message.created_by !== caller.actor.user_id) {
      throw new AppError("FORBIDDEN", "Only who wrote a message can change its text.");
    }
    const changed = { text, interrupt: interrupt && step.status === "running" };
    await tx.update(agentMessages).set(changed).where(eq(agentMessages.id, message.id));
    audit(tx, {
      target: { type: "agent_message", id: message.id, name: null },
      ...changedFacts({ text: message.text, interrupt: message.interrupt }, changed),
    });
    tellOfMessage(tx, scope, step.step_id, { ...message, ...changed, status: "queued" });
    return getMessage(tx, message.id);
  });
}

/** Withdraws a message that is not delivered yet. Throws CONFLICT where it was delivered or withdrawn. */
export async function withdrawMessage(caller: Caller, { id }: { id: string }): Promise<AgentMessage> {
  const scope = await authorizeAgentMessage(caller, id, "run:write");
  return transact(caller, scope, "agentSessions.withdrawMessage", async (tx) => {
    const { message, step } = await lockQueued(tx, scope, id);
    await tx
      .update(agentMessages)
      .set({ status: "withdrawn", updated_at: sql`now()` })
      .where(eq(agentMessages.id, id));
    audit(tx, { target: { type: "agent_message", id, name: null }, before: { text: message.text } });
    tellOfMessage(tx, scope, step.step_id, { ...message, status: "withdrawn" });
    return getMessage(tx, id);
  });
}

/** Locks the run, as who delivers does: a message is either changed, or delivered as it was. */
async function lockQueued(tx: Tx, { run_id }: RunScope, id: string) {
  await tx
    .select({ id: workflowRuns.id })
    .from(workflowRuns)
    .where(eq(workflowRuns.id, run_id))
    .for("update");
  const message = await getMessage(tx, id);
  if (message.status !== "queued") {
    const why =
      message.status === "delivered" ? "The agent has the message already" : "The message was withdrawn";
    throw new AppError("CONFLICT", `${why}, so it cannot be changed any more.`);
  }
  const { step_id, status } = workflowRunSteps;
  const [step] = await tx
    .select({ step_id, status })
    .from(workflowRunSteps)
    .where(eq(workflowRunSteps.id, message.workflow_run_step_id));
  if (!step) throw new AppError("NOT_FOUND", "There is no such message.");
  return { message, step };
}
