import { pageOf } from "../../lib/page";
import { procedure, router } from "../../trpc/procedures";
import { decideStep } from "../approvals/commands/decide-step";
import { listDecisions } from "../approvals/queries/list-decisions";
import { DecideInput, StepDecision } from "../approvals/schema";
import { ListOfStepInput, StepInput } from "../in-run/schema";
import { followLog } from "../log/queries/follow-log";
import { StepLogInput } from "../log/schema";
import { getStep } from "./queries/get-step";
import { listAttempts } from "./queries/list-attempts";
import { listRequestsOfStep } from "./queries/list-requests";
import { listSteps } from "./queries/list-steps";
import { readStep } from "./queries/steps-where";
import {
  ListAttemptsInput,
  ListRequestsOfStepInput,
  ListStepsInput,
  PermissionRequest,
  StepAttempt,
  StepDetails,
  StepWithSession,
} from "./schema";

const tags = ["steps"];

export const stepsRouter = router({
  get: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflow-steps/{id}",
        tags: ["steps"],
        summary: "One step with its attempts",
      },
    })
    .input(StepInput)
    .output(StepDetails)
    .query(({ ctx, input }) => getStep(ctx, input)),
  list: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflow-executions/{run_id}/steps",
        tags,
        summary: "The steps of a run, in order",
      },
    })
    .input(ListStepsInput)
    .output(pageOf(StepWithSession))
    .query(({ ctx, input }) => listSteps(ctx, input)),
  attempts: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflow-steps/{id}/attempts",
        tags,
        summary: "The attempts of a step, in order",
      },
    })
    .input(ListAttemptsInput)
    .output(pageOf(StepAttempt))
    .query(({ ctx, input }) => listAttempts(ctx, input)),
  decisions: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflow-steps/{id}/decisions",
        tags,
        summary: "Who decided what of an approval, oldest first",
      },
    })
    .input(ListOfStepInput)
    .output(pageOf(StepDecision))
    .query(({ ctx, input }) => listDecisions(ctx, input)),
  permissionRequests: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflow-steps/{id}/permission-requests",
        tags,
        summary: "What the agent of a step asked leave for, oldest first",
      },
    })
    .input(ListRequestsOfStepInput)
    .output(pageOf(PermissionRequest))
    .query(({ ctx, input }) => listRequestsOfStep(ctx, input)),
  decide: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflow-steps/{id}/decision",
        tags: ["steps"],
        summary: "Approve or reject a step that waits for it",
      },
    })
    .input(DecideInput)
    .output(StepWithSession)
    .mutation(async ({ ctx, input }) => readStep(ctx.db, (await decideStep(ctx, input)).id)),
  /** Follows a log from an offset until the attempt has ended. */
  logs: procedure
    .input(StepLogInput)
    .subscription(({ ctx, input, signal }) =>
      followLog(ctx, { ...input, follow: true }, signal ?? new AbortController().signal),
    ),
});
