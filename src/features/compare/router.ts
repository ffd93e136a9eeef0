import { procedure, restOf, router } from "../../trpc/procedures";
import { RunInput } from "../runs/schema";
import { compareChanges } from "./queries/compare-changes";
import { compareLogs } from "./queries/compare-logs";
import { compareRuns } from "./queries/compare-runs";
import { findLastGood } from "./queries/find-last-good";
import {
  ComparedChanges,
  ComparedLogs,
  CompareLogsInput,
  CompareRunsInput,
  Comparison,
  LastGoodRun,
} from "./schema";

const rest = restOf("runs");

/** A part of `runs`. */
export const compareRouter = router({
  compare: procedure
    .meta(
      rest("GET", "/projects/{project_id}/comparison", "Several runs side by side", {
        description:
          "What each was given and made: its definition, args, steps with durations, errors and outputs, artifacts, and what agents used. Steps and artifacts are aligned, with a place for each run. What is no run of the project is 404, and `details` name it.",
      }),
    )
    .input(CompareRunsInput)
    .output(Comparison)
    .query(({ ctx, input }) => compareRuns(ctx, input)),
  compareChanges: procedure
    .meta(
      rest("GET", "/projects/{project_id}/comparison/changes", "What several runs changed, file by file", {
        description:
          "Each against where it began, as `GET /workflow-executions/{id}/changes`. A run whose changes are not known has a `note`.",
      }),
    )
    .input(CompareRunsInput)
    .output(ComparedChanges)
    .query(({ ctx, input }) => compareChanges(ctx, input)),
  lastGood: procedure
    .meta(
      rest("GET", "/workflow-executions/{id}/last-good", "The last run before it that completed", {
        description: "Of the same definition, whatever its args. To compare with.",
      }),
    )
    .input(RunInput)
    .output(LastGoodRun)
    .query(({ ctx, input }) => findLastGood(ctx, input)),
});

/** A part of `steps`. */
export const compareLogsRouter = router({
  compareLogs: procedure
    .meta(
      restOf("steps")("GET", "/workflow-steps/{id}/logs/{type}/compare", "Two logs side by side", {
        description:
          "Of the newest attempts of two steps of a project. Lines are the same where they differ in nothing but times, durations, ids and hex. Of long logs a part is compared.",
      }),
    )
    .input(CompareLogsInput)
    .output(ComparedLogs)
    .query(({ ctx, input }) => compareLogs(ctx, input)),
});
