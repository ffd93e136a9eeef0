import { procedure, router } from "../../trpc/procedures";
import { answerPermission } from "./commands/answer-permission";
import { getAgentSession } from "./queries/get-agent-session";
import { AgentSessionDetails, AgentSessionInput, AnswerPermissionInput, PermissionRequest } from "./schema";

export const agentSessionsRouter = router({
  get: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/agent-sessions/{id}",
        tags: ["agent sessions"],
        summary: "One session of an agent, with the steps it worked for",
      },
    })
    .input(AgentSessionInput)
    .output(AgentSessionDetails)
    .query(({ ctx, input }) => getAgentSession(ctx, input)),
  answerPermission: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/permission-requests/{id}/answer",
        tags: ["agent sessions"],
        summary: "Answer what an agent asks leave for",
      },
    })
    .input(AnswerPermissionInput)
    .output(PermissionRequest)
    .mutation(({ ctx, input }) => answerPermission(ctx, input)),
});
