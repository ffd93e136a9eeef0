import { z } from "zod";
import { procedure, restOf, router } from "../../trpc/procedures";
import { createView } from "./commands/create-view";
import { deleteView } from "./commands/delete-view";
import { updateView } from "./commands/update-view";
import { listViews } from "./queries";
import { CreateViewInput, ListViewsInput, RunView, RunViewPage, UpdateViewInput, ViewInput } from "./schema";

const rest = restOf("views");

export const viewsRouter = router({
  list: procedure
    .meta(
      rest("GET", "/projects/{project_id}/views", "Saved views of the runs table", {
        description: "The caller's own and those that everybody in the project has, all of them.",
      }),
    )
    .input(ListViewsInput)
    .output(RunViewPage)
    .query(({ ctx, input }) => listViews(ctx, input)),
  create: procedure
    .meta(
      rest("POST", "/projects/{project_id}/views", "Save a view of the runs table", {
        description: "One's own, or with `shared` one for everybody in the project, which needs a member.",
        created: true,
      }),
    )
    .input(CreateViewInput)
    .output(RunView)
    .mutation(({ ctx, input }) => createView(ctx, input)),
  update: procedure
    .meta(
      rest("PATCH", "/views/{id}", "Rename, change or share a view", {
        description: "One's own; a shared one of somebody else's is a maintainer's to change.",
      }),
    )
    .input(UpdateViewInput)
    .output(RunView)
    .mutation(({ ctx, input }) => updateView(ctx, input)),
  delete: procedure
    .meta(rest("DELETE", "/views/{id}", "Delete a view"))
    .input(ViewInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteView(ctx, input)),
});
