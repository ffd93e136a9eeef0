import { procedure, restOf, router } from "../../trpc/procedures";
import { applyRun } from "./commands/apply-run";
import { openPullRequest } from "./commands/open-pull-request";
import { pushRun } from "./commands/push-run";
import { updateFromBase } from "./commands/update-from-base";
import { getWaysOut } from "./queries/get-ways-out";
import {
  Applied,
  ApplyInput,
  OpenedPullRequest,
  PullRequestInput,
  Pushed,
  PushInput,
  UpdatedFromBase,
  UpdateInput,
  WaysOut,
  WaysOutInput,
} from "./schema";

const rest = restOf("runs");
const ALWAYS = "Never forced; 409 with the reason, and what to do, where it cannot be.";

/** A part of `runs`: where its changes may go. */
export const waysOutRouter = router({
  waysOut: procedure
    .meta(
      rest("GET", "/workflow-executions/{id}/ways-out", "What may become of a run's changes", {
        description:
          "Which of `apply`, `push` and `pull-request` there are, with the reason where one cannot be, and by how many commits the run's base has moved. A remote is asked for that.",
      }),
    )
    .input(WaysOutInput)
    .output(WaysOut)
    .query(({ ctx, input }) => getWaysOut(ctx, input)),
  // tRPC has a use of its own for `apply`.
  applyChanges: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/apply", "Bring a run's changes into the project's folder", {
        description: `Merged into the branch that the folder is on, or file by file where the project is no git repository. Nothing that somebody has changed there is written over. ${ALWAYS}`,
      }),
    )
    .input(ApplyInput)
    .output(Applied)
    .mutation(({ ctx, input }) => applyRun(ctx, input)),
  push: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/push", "Push a run's changes to a branch of a remote", {
        description: `The commits of its steps, and one of what they left uncommitted. ${ALWAYS}`,
      }),
    )
    .input(PushInput)
    .output(Pushed)
    .mutation(({ ctx, input }) => pushRun(ctx, input)),
  openPullRequest: procedure
    .meta(
      rest("POST", "/workflow-executions/{id}/pull-request", "Open a pull request for a run's changes", {
        description: `Its branch is pushed first. Where one is open already it is given again. ${ALWAYS}`,
      }),
    )
    .input(PullRequestInput)
    .output(OpenedPullRequest)
    .mutation(({ ctx, input }) => openPullRequest(ctx, input)),
  updateFromBase: procedure
    .meta(
      rest(
        "POST",
        "/workflow-executions/{id}/update-from-base",
        "Merge what a run's base has by now into the run",
        {
          description: `A new snapshot, from which its next step begins. Only while no worker holds the run. ${ALWAYS}`,
        },
      ),
    )
    .input(UpdateInput)
    .output(UpdatedFromBase)
    .mutation(({ ctx, input }) => updateFromBase(ctx, input)),
});
