import { procedure, router } from "../../trpc/procedures";
import { getAgentSession } from "./queries";
import { AgentSessionDetails, AgentSessionInput } from "./schema";

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
});
