import { procedure, router } from "../../trpc/procedures";
import { followLog } from "./queries/follow-log";
import { getStep } from "./queries/get-step";
import { StepDetails, StepInput, StepLogInput } from "./schema";

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
  /** Follows a log from an offset until the attempt has ended. */
  logs: procedure
    .input(StepLogInput)
    .subscription(({ ctx, input, signal }) =>
      followLog(ctx, { ...input, follow: true }, signal ?? new AbortController().signal),
    ),
});
