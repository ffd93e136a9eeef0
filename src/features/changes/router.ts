import { procedure, restOf, router } from "../../trpc/procedures";
import { listChanges } from "./queries/list-changes";
import { Changes, ChangesInput } from "./schema";

const rest = restOf("runs");

/** A part of `runs`. Without bytes: see `GET /api/workflow-executions/{id}/changes.patch` and its neighbours. */
export const changesRouter = router({
  changes: procedure
    .meta(
      rest("GET", "/workflow-executions/{id}/changes", "What a run, or one of its steps, changed", {
        description:
          "The files that differ from where the run began, or from what the step found, in the order of their names. With `path` one file with its hunks; with `hunks=1` those of the whole page. Looked at whenever a step ends; a cursor is refused with 409 once that is so. 409 too where a run works in the project's own folder, and where its snapshots are gone.",
      }),
    )
    .input(ChangesInput)
    .output(Changes)
    .query(({ ctx, input }) => listChanges(ctx, input)),
});
