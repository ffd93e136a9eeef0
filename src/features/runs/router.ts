import { z } from "zod";
import { procedure, router } from "../../trpc/procedures";
import { cancelRun } from "./commands/cancel-run";
import { createRun, executeDefinition } from "./commands/create-run";
import { deleteRun } from "./commands/delete-run";
import { pauseRun } from "./commands/pause-run";
import { resumeRun } from "./commands/resume-run";
import { retryRun } from "./commands/retry-run";
import { countRuns } from "./queries/count-runs";
import { getRun } from "./queries/get-run";
import { listRuns } from "./queries/list-runs";
import {
  CreateRunInput,
  ExecuteInput,
  ListRunsInput,
  RetryRunInput,
  Run,
  RunCounts,
  RunCountsInput,
  RunDetails,
  RunInput,
  RunPage,
} from "./schema";

const tags = ["runs"];

export const runsRouter = router({
  create: procedure
    .meta({
      openapi: { method: "POST", path: "/workflow-executions", tags, summary: "Start a run" },
      created: true,
    })
    .input(CreateRunInput)
    .output(Run)
    .mutation(({ ctx, input }) => createRun(ctx, input)),
  execute: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflows/{id}/execute",
        tags,
        summary: "Start a run of a definition",
      },
      created: true,
    })
    .input(ExecuteInput)
    .output(Run)
    .mutation(({ ctx, input }) => executeDefinition(ctx, input)),
  list: procedure
    .meta({ openapi: { method: "GET", path: "/workflow-executions", tags, summary: "Runs, newest first" } })
    .input(ListRunsInput)
    .output(RunPage)
    .query(({ ctx, input }) => listRuns(ctx, input)),
  /** For the board's columns. */
  counts: procedure
    .input(RunCountsInput)
    .output(RunCounts)
    .query(({ ctx, input }) => countRuns(ctx, input)),
  get: procedure
    .meta({
      openapi: { method: "GET", path: "/workflow-executions/{id}", tags, summary: "One run with its steps" },
    })
    .input(RunInput)
    .output(RunDetails)
    .query(({ ctx, input }) => getRun(ctx, input)),
  pause: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflow-executions/{id}/pause",
        tags,
        summary: "Let the step in flight finish and start no other",
      },
    })
    .input(RunInput)
    .output(Run)
    .mutation(({ ctx, input }) => pauseRun(ctx, input)),
  resume: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflow-executions/{id}/resume",
        tags,
        summary: "Go on after a pause",
      },
    })
    .input(RunInput)
    .output(Run)
    .mutation(({ ctx, input }) => resumeRun(ctx, input)),
  cancel: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflow-executions/{id}/cancel",
        tags,
        summary: "End the step in flight and skip the rest",
      },
    })
    .input(RunInput)
    .output(Run)
    .mutation(({ ctx, input }) => cancelRun(ctx, input)),
  retry: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflow-executions/{id}/retry",
        tags,
        summary: "Run a step and all after it again",
      },
    })
    .input(RetryRunInput)
    .output(Run)
    .mutation(({ ctx, input }) => retryRun(ctx, input)),
  delete: procedure
    .meta({
      openapi: {
        method: "DELETE",
        path: "/workflow-executions/{id}",
        tags,
        summary: "Delete a run that has ended",
      },
    })
    .input(RunInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteRun(ctx, input)),
});
