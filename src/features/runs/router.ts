import { z } from "zod";
import { procedure, restOf, router } from "../../trpc/procedures";
import { cancelRun } from "./commands/cancel-run";
import { cancelRuns } from "./commands/cancel-runs";
import { deleteRuns, labelRuns, retryRuns } from "./commands/change-runs";
import { createRun, executeDefinition } from "./commands/create-run";
import { deleteRun } from "./commands/delete-run";
import { followRun, unfollowRun } from "./commands/follow-run";
import { acknowledgeRuns, archiveRuns } from "./commands/mark-runs";
import { pauseRun } from "./commands/pause-run";
import { pinRun, unpinRun } from "./commands/pin-run";
import { resumeRun } from "./commands/resume-run";
import { retryRun } from "./commands/retry-run";
import { runAgain } from "./commands/run-again";
import { updateRun } from "./commands/update-run";
import { countRuns } from "./queries/count-runs";
import { followRunLog } from "./queries/follow-run-log";
import { getRun } from "./queries/get-run";
import { getRunId } from "./queries/get-run-id";
import { getTimeline } from "./queries/get-timeline";
import { listHistory } from "./queries/list-history";
import { listRuns } from "./queries/list-runs";
import {
  AcknowledgeRunsInput,
  ArchiveRunsInput,
  CancelledRuns,
  CancelRunsInput,
  ChangedRuns,
  CreateRunInput,
  ExecuteInput,
  Followed,
  HistoryPage,
  LabelRunsInput,
  ListHistoryInput,
  ListRunsInput,
  MarkedRuns,
  ResumeRunInput,
  RetryRunInput,
  Run,
  RunAgainInput,
  RunByNumberInput,
  RunCounts,
  RunCountsInput,
  RunDetails,
  RunInput,
  RunLogInput,
  RunPage,
  RunsInput,
  Timeline,
  UpdateRunInput,
} from "./schema";

const rest = restOf("runs");

export const runsRouter = router({
  create: procedure
    .meta(
      rest("POST", "/workflow-executions", "Start a run", {
        description:
          "It starts at once, or waits its turn where the project is at its limit. The run keeps the definition as it is now; a later edit changes nothing of it. `args` are checked against the definition's `args_schema` and get its defaults.",
        created: true,
      }),
    )
    .input(CreateRunInput)
    .output(RunDetails)
    .mutation(({ ctx, input }) => createRun(ctx, input)),
  execute: procedure
    .meta(
      rest("POST", "/workflows/{id}/execute", "Start a run of a definition", {
        description:
          "As `POST /workflow-executions`, for who knows the definition alone. Without a name the run gets the definition's with a number.",
        created: true,
      }),
    )
    .input(ExecuteInput)
    .output(RunDetails)
    .mutation(({ ctx, input }) => executeDefinition(ctx, input)),
  list: procedure
    .meta(
      rest("GET", "/workflow-executions", "Runs, newest first", {
        description:
          "Each with the statuses of its steps and the counts of its comments and artifacts; args of more than 4 KB are left to the run itself.",
      }),
    )
    .input(ListRunsInput)
    .output(RunPage)
    .query(({ ctx, input }) => listRuns(ctx, input)),
  /** For the board's columns, and for the question before many runs are cancelled. */
  counts: procedure
    .input(RunCountsInput)
    .output(RunCounts)
    .query(({ ctx, input }) => countRuns(ctx, input)),
  get: procedure
    .meta(rest("GET", "/workflow-executions/{id}", "One run with its steps"))
    .input(RunInput)
    .output(RunDetails)
    .query(({ ctx, input }) => getRun(ctx, input)),
  byNumber: procedure
    .meta(
      rest("GET", "/projects/{project_id}/workflow-executions/{number}", "The id of a run by its number", {
        description: "What `#12` means in the project.",
      }),
    )
    .input(RunByNumberInput)
    .output(z.object({ id: z.string() }))
    .query(({ ctx, input }) => getRunId(ctx, input)),
  /** Follows the output of the definition's code, from an offset until the run has ended. */
  log: procedure
    .input(RunLogInput)
    .subscription(({ ctx, input, signal }) =>
      followRunLog(ctx, { ...input, follow: true }, signal ?? new AbortController().signal),
    ),
  history: procedure
    .meta(
      rest("GET", "/workflow-executions/{id}/history", "What happened to a run, newest first", {
        description:
          "Each start, retry, pause and end by whom, what was noted, and every attempt of its steps where it began.",
      }),
    )
    .input(ListHistoryInput)
    .output(HistoryPage)
    .query(({ ctx, input }) => listHistory(ctx, input)),
  timeline: procedure
    .meta(
      rest("GET", "/workflow-executions/{id}/timeline", "When a run and its steps did what", {
        description:
          "The run's changes of status, every attempt of its steps, and how long agents waited for answers. A run's time since it was queued is `started_at` less `queued_at` in the queue, `rested_ms` waiting or paused, and the rest at work.",
      }),
    )
    .input(RunInput)
    .output(Timeline)
    .query(({ ctx, input }) => getTimeline(ctx, input)),
  pause: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/pause", "Let the step in flight finish and start no other", {
        description:
          "The run reads `paused` at once. 400 in another state than running, which the message names.",
      }),
    )
    .input(RunInput)
    .output(Run)
    .mutation(({ ctx, input }) => pauseRun(ctx, input)),
  resume: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/resume", "Go on after a pause", {
        description:
          "From the last completed step. 400 unless the run is paused. A run that is `over_budget` goes on with a `budget` that is more than it has used.",
      }),
    )
    .input(ResumeRunInput)
    .output(Run)
    .mutation(({ ctx, input }) => resumeRun(ctx, input)),
  cancel: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/cancel", "End the step in flight and skip the rest", {
        description:
          "The step's whole process tree is asked to end, and made to after 10 seconds. It fails with who cancelled; later ones are skipped.",
      }),
    )
    .input(RunInput)
    .output(Run)
    .mutation(({ ctx, input }) => cancelRun(ctx, input)),
  cancelMany: procedure
    .meta(
      rest("POST", "/workflow-executions/cancel", "Cancel several runs, by their ids or by filters", {
        description:
          "Each as by itself. The filters are those of `GET /workflow-executions`; without any, every run of the project that has not ended. A call cancels 200 at most and says how many remain, so call again until none do. An id that is no run of the project is 404, and nothing is cancelled.",
      }),
    )
    .input(CancelRunsInput)
    .output(CancelledRuns)
    .mutation(({ ctx, input }) => cancelRuns(ctx, input)),
  again: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/again", "Make a new run with the args of another one", {
        created: true,
        description:
          "Of the newest revision of its definition. The run itself stays as it is; to run its steps anew, retry it.",
      }),
    )
    .input(RunAgainInput)
    .output(RunDetails)
    .mutation(({ ctx, input }) => runAgain(ctx, input)),
  archiveMany: procedure
    .meta(
      rest("POST", "/workflow-executions/archive", "Archive ended runs, by their ids or by filters", {
        description:
          "They leave the board and stay in the list, with all that is theirs: retention is something else. With `archived: false` they come back. The filters are those of `GET /workflow-executions`. A call takes 200 at most and says how many remain. A retry takes a run out of the archive.",
      }),
    )
    .input(ArchiveRunsInput)
    .output(MarkedRuns)
    .mutation(({ ctx, input }) => archiveRuns(ctx, input)),
  acknowledgeMany: procedure
    .meta(
      rest("POST", "/workflow-executions/acknowledge", "Say that somebody has seen that runs failed", {
        description:
          "Failed runs leave the column of failures for those that ended of late. By their ids or by filters, as with archive; a retry takes it back.",
      }),
    )
    .input(AcknowledgeRunsInput)
    .output(MarkedRuns)
    .mutation(({ ctx, input }) => acknowledgeRuns(ctx, input)),
  retry: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/retry", "Run a step and all after it again", {
        description:
          "By default from the step for which it failed. Attempts made so far stay in the history. 400 unless the run has ended.",
      }),
    )
    .input(RetryRunInput)
    .output(Run)
    .mutation(({ ctx, input }) => retryRun(ctx, input)),
  update: procedure
    .meta(
      rest(
        "PATCH",
        "/workflow-executions/{id}",
        "Rename a run, label it, assign it, or change its priority",
        {
          description:
            "What is left out stays. `labels` are the names of all that it is to have; one that the project lacks is 400. The assignee must have a role in the project.",
        },
      ),
    )
    .input(UpdateRunInput)
    .output(Run)
    .mutation(({ ctx, input }) => updateRun(ctx, input)),
  follow: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/follow", "Hear of a run", {
        description: "Its news comes to the caller's inbox, as to whoever started it or commented on it.",
      }),
    )
    .input(RunInput)
    .output(Followed)
    .mutation(({ ctx, input }) => followRun(ctx, input)),
  unfollow: procedure
    .meta(rest("POST", "/workflow-executions/{id}/unfollow", "Hear of a run no more"))
    .input(RunInput)
    .output(Followed)
    .mutation(({ ctx, input }) => unfollowRun(ctx, input)),
  retryMany: procedure
    .meta(
      rest("POST", "/workflow-executions/retry", "Retry several runs of a project", {
        description:
          "Each as by itself, from its first step that failed. An id that is no run of the project is 404.",
      }),
    )
    .input(RunsInput)
    .output(ChangedRuns)
    .mutation(({ ctx, input }) => retryRuns(ctx, input)),
  deleteMany: procedure
    .meta(
      rest("POST", "/workflow-executions/delete", "Delete several runs of a project that have ended", {
        description: "Each as by itself. An id that is no run of the project is 404, and nothing is deleted.",
      }),
    )
    .input(RunsInput)
    .output(ChangedRuns)
    .mutation(({ ctx, input }) => deleteRuns(ctx, input)),
  labelMany: procedure
    .meta(
      rest("POST", "/workflow-executions/label", "Put labels on several runs, or take them off", {
        description: "What they have besides stays. A label that the project lacks is 400.",
      }),
    )
    .input(LabelRunsInput)
    .output(ChangedRuns)
    .mutation(({ ctx, input }) => labelRuns(ctx, input)),
  pin: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/pin", "Keep a run, whatever its age", {
        description: "No retention removes it, its logs or its artifacts. A person can still delete it.",
      }),
    )
    .input(RunInput)
    .output(Run)
    .mutation(({ ctx, input }) => pinRun(ctx, input)),
  unpin: procedure
    .meta(rest("POST", "/workflow-executions/{id}/unpin", "Leave a run to retention again"))
    .input(RunInput)
    .output(Run)
    .mutation(({ ctx, input }) => unpinRun(ctx, input)),
  delete: procedure
    .meta(
      rest("DELETE", "/workflow-executions/{id}", "Delete a run that has ended", {
        description: "With its steps, comments, artifacts and files.",
      }),
    )
    .input(RunInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteRun(ctx, input)),
});
