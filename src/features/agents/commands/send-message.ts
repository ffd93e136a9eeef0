import { eq, sql } from "drizzle-orm";
import { authorizeAgentSession, authorizeStep, type Caller, type RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowRuns } from "../../../db/schema/runs";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { isRunEnded, isStepEnded, type StepStatus } from "../../../model/states";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import { refuseMoreThanMay } from "../../in-run/queue-caps";
import { startAgain } from "../../in-run/start-again";
import { getMessage, stepOfSession } from "../queries/messages";
import type { AgentMessage, SendMessageInput } from "../schema";
import { queueMessage } from "./queue-message";

interface StepRow extends Record<string, unknown> {
  id: string;
  step_id: string;
  name: string;
  status: StepStatus;
  position: number;
  takes_messages: boolean | null;
}

/**
 * Sends a message to the agent of a session's step. Where the step has ended, its run is started again from there: a new
 * attempt goes on in the session, with the message as its prompt. Throws CONFLICT where the step has ended and its run
 * goes on, and while the agent is about to end.
 */
export async function sendMessage(caller: Caller, input: SendMessageInput): Promise<AgentMessage> {
  const scope = await openSession(caller, input.id);
  const by = caller.actor;
  return createOnce(caller, scope, "agentSessions.send", (commit) =>
    commit(async (tx) => {
      const { run, step } = await lockStep(tx, scope);
      const isAgain = isStepEnded(step.status);
      if (isAgain && !isRunEnded(run.status)) throw goesOn(step);
      if (step.status === "running" && step.takes_messages === false) throw ending(step);
      if (isAgain) await refuseMoreThanMay({ db: tx, actor: by }, scope.project_id);
      // The agent is interrupted in a turn, so not before it has one.
      const interrupt = input.interrupt && step.status === "running";
      const id = await queueMessage(tx, scope, { step, text: input.text, interrupt, by });
      audit(tx, {
        target: { type: "agent_message", id, name: null },
        after: { run_id: run.id, step: step.name, text: input.text },
      });
      if (isAgain) {
        const said = `Continued from ${step.name} by ${by.name}`;
        await startAgain(tx, scope, run, {
          position: step.position,
          kept: step.position,
          revision: null,
          said,
        });
        const text = `Continued from **${plain(step.name)}** by ${plain(by.name)}`;
        await writeSystemComment(tx, scope, { run_id: run.id, text });
      }
      return getMessage(tx, id);
    }),
  );
}

type SessionScope = RunScope & { step_row_id: string };

async function openSession(caller: Caller, session_id: string): Promise<SessionScope> {
  await authorizeAgentSession(caller, session_id, "run:write");
  const { rows } = await caller.db.execute<{ id: string | null }>(
    sql`select ${stepOfSession(session_id)} as id`,
  );
  const step_row_id = rows[0]?.id;
  if (!step_row_id)
    throw new AppError("CONFLICT", "No step uses this session any more, so nobody would read it.");
  return { ...(await authorizeStep(caller, step_row_id, "run:write")), step_row_id };
}

/** Locks the run, as every change of a run does, so that what is read of the step holds. */
async function lockStep(tx: Tx, { run_id, step_row_id }: SessionScope) {
  const [run] = await tx.select().from(workflowRuns).where(eq(workflowRuns.id, run_id)).for("update");
  const [step] = (
    await tx.execute<StepRow>(sql`
    select s.id, s.step_id, s.name, s.status, s.position, g.takes_messages
    from workflow_run_steps s left join agent_sessions g on g.id = s.agent_session_id
    where s.id = ${step_row_id}`)
  ).rows;
  if (!run || !step) throw new AppError("NOT_FOUND", "There is no such agent session.");
  return { run, step };
}

const goesOn = ({ name }: StepRow) =>
  new AppError(
    "CONFLICT",
    `The step "${name}" has ended and its run goes on. Send it once the run has ended, or cancel the run to go on from here.`,
  );

const ending = ({ name }: StepRow) =>
  new AppError(
    "CONFLICT",
    `The agent of "${name}" is just ending its work. Send it again once the step has ended.`,
  );
