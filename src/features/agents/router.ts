import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { answerPermission } from "./commands/answer-permission";
import { editMessage, withdrawMessage } from "./commands/change-message";
import { sendMessage } from "./commands/send-message";
import { getAgentSession } from "./queries/get-agent-session";
import { listAgents } from "./queries/list-agents";
import { listMessages } from "./queries/messages";
import { listRequestsOfSession } from "./queries/permission-requests";
import { listSessionSteps } from "./queries/session-steps";
import {
  AgentMessage,
  AgentSessionDetails,
  AgentSessionInput,
  AgentSessionStep,
  AnswerPermissionInput,
  EditMessageInput,
  ListAgentsInput,
  ListMessagesInput,
  ListOfSessionInput,
  ListRequestsInput,
  MessageInput,
  PermissionRequest,
  ProjectAgents,
  SendMessageInput,
} from "./schema";

const rest = restOf("agent sessions");

export const agentsRouter = router({
  list: procedure
    .meta(
      restOf("projects")(
        "GET",
        "/projects/{project_id}/agents",
        "The agents that the project's file names, or what is wrong with that file",
        { description: "Reads `.agent/agents.yaml` anew. A fault has its line and column." },
      ),
    )
    .input(ListAgentsInput)
    .output(ProjectAgents)
    .query(({ ctx, input }) => listAgents(ctx, input)),
});

export const agentSessionsRouter = router({
  get: procedure
    .meta(rest("GET", "/agent-sessions/{id}", "One session of an agent, with the steps it worked for"))
    .input(AgentSessionInput)
    .output(AgentSessionDetails)
    .query(({ ctx, input }) => getAgentSession(ctx, input)),
  steps: procedure
    .meta(rest("GET", "/agent-sessions/{id}/steps", "The steps that a session worked for, newest first"))
    .input(ListOfSessionInput)
    .output(pageOf(AgentSessionStep))
    .query(({ ctx, input }) => listSessionSteps(ctx, input)),
  permissionRequests: procedure
    .meta(
      rest(
        "GET",
        "/agent-sessions/{id}/permission-requests",
        "What the agent of a session asked leave for, oldest first",
      ),
    )
    .input(ListRequestsInput)
    .output(pageOf(PermissionRequest))
    .query(({ ctx, input }) => listRequestsOfSession(ctx, input)),
  send: procedure
    .meta(
      rest("POST", "/agent-sessions/{id}/messages", "Send a message to the agent of a session", {
        description:
          "It goes to the agent at the end of its turn; with `interrupt` its turn is ended for it. Where the step has ended, the run starts again from it, in the same session and with the message as its prompt.",
        created: true,
      }),
    )
    .input(SendMessageInput)
    .output(AgentMessage)
    .mutation(({ ctx, input }) => sendMessage(ctx, input)),
  messages: procedure
    .meta(
      rest("GET", "/agent-sessions/{id}/messages", "The messages to the agent of a session's step", {
        description: "Those to all attempts of the step, oldest first.",
      }),
    )
    .input(ListMessagesInput)
    .output(pageOf(AgentMessage))
    .query(({ ctx, input }) => listMessages(ctx, input)),
  editMessage: procedure
    .meta(
      rest("PATCH", "/agent-messages/{id}", "Change a message that the agent does not have yet", {
        description: "Its text is its author's to change; any member may have the agent interrupted for it.",
      }),
    )
    .input(EditMessageInput)
    .output(AgentMessage)
    .mutation(({ ctx, input }) => editMessage(ctx, input)),
  withdrawMessage: procedure
    .meta(rest("DELETE", "/agent-messages/{id}", "Withdraw a message that the agent does not have yet"))
    .input(MessageInput)
    .output(AgentMessage)
    .mutation(({ ctx, input }) => withdrawMessage(ctx, input)),
  answerPermission: procedure
    .meta(rest("POST", "/permission-requests/{id}/answer", "Answer what an agent asks leave for"))
    .input(AnswerPermissionInput)
    .output(PermissionRequest)
    .mutation(({ ctx, input }) => answerPermission(ctx, input)),
});
