import { agentSessionsRouter, agentsRouter } from "../features/agents/router";
import { reviewsRouter } from "../features/approvals/router";
import { artifactsRouter } from "../features/artifacts/router";
import { auditRouter } from "../features/audit/router";
import { boardRouter } from "../features/board/router";
import { changesRouter } from "../features/changes/router";
import { commentsRouter } from "../features/comments/router";
import { compareLogsRouter, compareRouter } from "../features/compare/router";
import { definitionsRouter } from "../features/definitions/router";
import { eventsRouter } from "../features/events/router";
import { groupsRouter } from "../features/groups/router";
import { inboxRouter } from "../features/inbox/router";
import { installationRouter } from "../features/installation/router";
import { labelsRouter } from "../features/labels/router";
import { looksRouter } from "../features/looks/router";
import { membersRouter } from "../features/members/router";
import { movingRouter } from "../features/moving/router";
import { newProjectRouter } from "../features/new-project/router";
import { presenceRouter } from "../features/presence/router";
import { projectsRouter } from "../features/projects/router";
import { replayRouter } from "../features/replay/router";
import { retentionRouter } from "../features/retention/router";
import { roomRouter } from "../features/room/router";
import { runsRouter } from "../features/runs/router";
import { searchRouter } from "../features/search/router";
import { secretsRouter } from "../features/secrets/router";
import { sessionsRouter } from "../features/sessions/router";
import { stepsRouter } from "../features/steps/router";
import { machineTokensRouter, tokensRouter } from "../features/tokens/router";
import { triggersRouter } from "../features/triggers/router";
import { usersRouter } from "../features/users/router";
import { viewsRouter } from "../features/views/router";
import { waysOutRouter } from "../features/ways-out/router";
import { mergeRouters, router } from "../trpc/procedures";

/** Everything that can be called, by tRPC and, where a procedure says its path, by REST. */
export const appRouter = router({
  users: usersRouter,
  sessions: sessionsRouter,
  tokens: tokensRouter,
  machineTokens: machineTokensRouter,
  installation: installationRouter,
  room: roomRouter,
  projects: mergeRouters(newProjectRouter, movingRouter, projectsRouter),
  members: membersRouter,
  groups: groupsRouter,
  secrets: secretsRouter,
  labels: labelsRouter,
  views: viewsRouter,
  definitions: definitionsRouter,
  triggers: triggersRouter,
  runs: mergeRouters(changesRouter, waysOutRouter, compareRouter, runsRouter),
  board: boardRouter,
  replay: replayRouter,
  retention: retentionRouter,
  steps: mergeRouters(compareLogsRouter, stepsRouter),
  reviews: reviewsRouter,
  comments: commentsRouter,
  artifacts: artifactsRouter,
  agents: agentsRouter,
  agentSessions: agentSessionsRouter,
  search: searchRouter,
  inbox: inboxRouter,
  events: eventsRouter,
  presence: presenceRouter,
  looks: looksRouter,
  audit: auditRouter,
});

export type AppRouter = typeof appRouter;
