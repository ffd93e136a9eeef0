import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { answerPermission } from "./commands/answer-permission";
import { getAgentSession } from "./queries/get-agent-session";
import { listAgents } from "./queries/list-agents";
import { listRequestsOfSession } from "./queries/permission-requests";
import { listSessionSteps } from "./queries/session-steps";
import {
  AgentSessionDetails,
  AgentSessionInput,
  AgentSessionStep,
  AnswerPermissionInput,
  ListAgentsInput,
  ListOfSessionInput,
  ListRequestsInput,
  PermissionRequest,
  ProjectAgents,
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
  answerPermission: procedure
    .meta(rest("POST", "/permission-requests/{id}/answer", "Answer what an agent asks leave for"))
    .input(AnswerPermissionInput)
    .output(PermissionRequest)
    .mutation(({ ctx, input }) => answerPermission(ctx, input)),
});
