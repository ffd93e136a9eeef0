import { procedure, restOf, router } from "../../trpc/procedures";
import { replayBoard } from "./queries/replay-board";
import { replayRun } from "./queries/replay-run";
import { BoardReplay, BoardReplayInput, RunReplay, RunReplayInput } from "./schema";

const rest = restOf("runs");

export const replayRouter = router({
  run: procedure
    .meta(
      rest("GET", "/workflow-executions/{id}/replay", "What was told of the states of a run and its steps", {
        description:
          "The events by which the run's page shows it as it was at any of them, as far back as events are kept.",
      }),
    )
    .input(RunReplayInput)
    .output(RunReplay)
    .query(({ ctx, input }) => replayRun(ctx, input)),
  board: procedure
    .meta(
      rest("GET", "/projects/{project_id}/replay", "A project's board as it was behind an event", {
        description:
          "States from the recorded events; names, people, labels, pins and what a search finds as they are now. What has been deleted since is not there. Filters and grouping as of the board; by status: by what the runs were then.",
      }),
    )
    .input(BoardReplayInput)
    .output(BoardReplay)
    .query(({ ctx, input }) => replayBoard(ctx, input)),
});
