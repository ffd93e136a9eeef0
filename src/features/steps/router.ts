import { procedure, router } from "../../trpc/procedures";
import { decideStep } from "./commands/decide-step";
import { followLog } from "./queries/follow-log";
import { getStep } from "./queries/get-step";
import { DecideInput, StepDetails, StepInput, StepLogInput, StepWithSession } from "./schema";

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
    .mutation(({ ctx, input }) => decideStep(ctx, input)),
  /** Follows a log from an offset until the attempt has ended. */
  logs: procedure
    .input(StepLogInput)
    .subscription(({ ctx, input, signal }) =>
      followLog(ctx, { ...input, follow: true }, signal ?? new AbortController().signal),
    ),
});
