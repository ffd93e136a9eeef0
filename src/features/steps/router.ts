import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { decideStep } from "../approvals/commands/submit-review";
import { listDecisions } from "../approvals/queries/list-decisions";
import { DecideInput, StepDecision } from "../approvals/schema";
import { ListOfStepInput, StepInput } from "../in-run/schema";
import { followLog } from "../log/queries/follow-log";
import { getLogWindow } from "../log/queries/get-window";
import { searchLog } from "../log/queries/search-log";
import { LogHits, LogWindow, LogWindowInput, SearchLogInput, StepLogInput } from "../log/schema";
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

const rest = restOf("steps");

export const stepsRouter = router({
  get: procedure
    .meta(rest("GET", "/workflow-steps/{id}", "One step with its attempts"))
    .input(StepInput)
    .output(StepDetails)
    .query(({ ctx, input }) => getStep(ctx, input)),
  list: procedure
    .meta(rest("GET", "/workflow-executions/{run_id}/steps", "The steps of a run, in order"))
    .input(ListStepsInput)
    .output(pageOf(StepWithSession))
    .query(({ ctx, input }) => listSteps(ctx, input)),
  attempts: procedure
    .meta(rest("GET", "/workflow-steps/{id}/attempts", "The attempts of a step, in order"))
    .input(ListAttemptsInput)
    .output(pageOf(StepAttempt))
    .query(({ ctx, input }) => listAttempts(ctx, input)),
  decisions: procedure
    .meta(rest("GET", "/workflow-steps/{id}/decisions", "Who decided what of an approval, oldest first"))
    .input(ListOfStepInput)
    .output(pageOf(StepDecision))
    .query(({ ctx, input }) => listDecisions(ctx, input)),
  permissionRequests: procedure
    .meta(
      rest(
        "GET",
        "/workflow-steps/{id}/permission-requests",
        "What the agent of a step asked leave for, oldest first",
      ),
    )
    .input(ListRequestsOfStepInput)
    .output(pageOf(PermissionRequest))
    .query(({ ctx, input }) => listRequestsOfStep(ctx, input)),
  decide: procedure
    .meta(rest("POST", "/workflow-steps/{id}/decision", "Approve or reject a step that waits for it"))
    .input(DecideInput)
    .output(StepWithSession)
    .mutation(async ({ ctx, input }) => readStep(ctx.db, (await decideStep(ctx, input)).id)),
  logWindow: procedure
    .meta(
      rest(
        "GET",
        "/workflow-steps/{id}/logs/{type}/window",
        "Some lines of a log, from a line on or the last",
      ),
    )
    .input(LogWindowInput)
    .output(LogWindow)
    .query(({ ctx, input }) => getLogWindow(ctx, input)),
  searchLog: procedure
    .meta(
      rest("GET", "/workflow-steps/{id}/logs/{type}/search", "The lines of a log that match", {
        description:
          "By a text, an expression of RE2, or a level. An answer takes a second at most: it may be empty and still have a `next_cursor`, from which the search goes on.",
      }),
    )
    .input(SearchLogInput)
    .output(LogHits)
    .query(({ ctx, input }) => searchLog(ctx, input)),
  /** Follows a log from an offset until the attempt has ended. */
  logs: procedure
    .input(StepLogInput)
    .subscription(({ ctx, input, signal }) =>
      followLog(ctx, { ...input, follow: true }, signal ?? new AbortController().signal),
    ),
});
