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
          "From the recorded events; names, and what else does not change, from the rows. What has been deleted since is not there.",
      }),
    )
    .input(BoardReplayInput)
    .output(BoardReplay)
    .query(({ ctx, input }) => replayBoard(ctx, input)),
});
