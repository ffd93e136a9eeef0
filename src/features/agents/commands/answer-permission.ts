import { eq, sql } from "drizzle-orm";
import { authorizePermissionRequest, type Caller } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { audit, transact, wakeAfter } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import type { PermissionOption } from "../../../model/states";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import { permissionRequestsWhere } from "../queries/permission-requests";
import type { AnswerPermissionInput, PermissionRequest } from "../schema";

/**
 * Records the answer to an agent's permission request, comments on the step, and wakes the worker that holds
 * the run. Throws BAD_REQUEST for an option that the agent does not offer, and CONFLICT when somebody has
 * answered already (named) or the agent no longer asks.
 */
export async function answerPermission(
  caller: Caller,
  { id, option_id }: AnswerPermissionInput,
): Promise<PermissionRequest> {
  const scope = await authorizePermissionRequest(caller, id, "run:write");
  const { user_id, name } = caller.actor;
  return transact(caller, scope, "agentSessions.answerPermission", async (tx) => {
    // Lock the run first, as every change of a run does: a second answer then sees the first.
    await tx
      .select({ id: workflowRuns.id })
      .from(workflowRuns)
      .where(eq(workflowRuns.id, scope.run_id))
      .for("update");
    const { request, step } = await getPending(tx, id);
    const option = chosen(request, option_id);
    const by = { answered_by: user_id, answered_by_name: name, answered_at: sql`now()` };
    await tx
      .update(agentPermissionRequests)
      .set({ status: "answered", option_id, ...by })
      .where(eq(agentPermissionRequests.id, id));
    const verb = option.kind.startsWith("allow") ? "allowed" : "denied";
    const text = `**${plain(step.name)}**: ${plain(name)} ${verb} ${plain(request.tool_call.title)} (${plain(option.name)})`;
    await writeSystemComment(tx, scope, { run_id: scope.run_id, step, text });
    audit(tx, {
      target: { type: "permission_request", id, name: request.tool_call.title },
      after: { run_id: scope.run_id, step: step.name, answer: option.name },
    });
    wakeAfter(tx, { channel: "control", id: scope.run_id });
    return getRequest(tx, id);
  });
}

async function getRequest(tx: Tx, id: string): Promise<PermissionRequest> {
  const [request] = await permissionRequestsWhere(tx, eq(agentPermissionRequests.id, id));
  if (!request) throw new AppError("NOT_FOUND", "There is no such request for permission.");
  return request;
}

async function getPending(tx: Tx, id: string) {
  const request = await getRequest(tx, id);
  const { id: row, step_id, name } = workflowRunSteps;
  const [step] = await tx
    .select({ id: row, step_id, name })
    .from(workflowRunSteps)
    .where(eq(row, request.workflow_run_step_id));
  if (!step) throw new AppError("NOT_FOUND", "There is no such request for permission.");
  if (request.status === "answered") {
    const given = request.options.find((option) => option.option_id === request.option_id);
    const answer = given ? `: ${given.name}` : "";
    throw new AppError("CONFLICT", `${request.answered_by_name} has answered already${answer}.`);
  }
  if (request.status === "withdrawn") {
    throw new AppError("CONFLICT", "The agent does not wait for this answer any more.");
  }
  return { request, step };
}

function chosen({ options }: PermissionRequest, option_id: string): PermissionOption {
  const option = options.find((each) => each.option_id === option_id);
  if (option) return option;
  const known = options.map((each) => each.option_id).join(", ");
  throw new AppError("BAD_REQUEST", `The agent does not offer the answer "${option_id}".`, [
    { path: "option_id", message: `must be one of ${known}` },
  ]);
}
