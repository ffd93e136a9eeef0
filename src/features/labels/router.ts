import { z } from "zod";
import { procedure, restOf, router } from "../../trpc/procedures";
import { createLabel } from "./commands/create-label";
import { deleteLabel } from "./commands/delete-label";
import { updateLabel } from "./commands/update-label";
import { listLabels } from "./queries";
import { CreateLabelInput, Label, LabelInput, LabelPage, ListLabelsInput, UpdateLabelInput } from "./schema";

const rest = restOf("labels");

export const labelsRouter = router({
  list: procedure
    .meta(
      rest("GET", "/projects/{project_id}/labels", "The labels of a project, by name", {
        description: "All of them: a project has 200 at most.",
      }),
    )
    .input(ListLabelsInput)
    .output(LabelPage)
    .query(({ ctx, input }) => listLabels(ctx, input)),
  create: procedure
    .meta(
      rest("POST", "/projects/{project_id}/labels", "Make a label", {
        description: "409 where the project has one of that name, whatever the case.",
        created: true,
      }),
    )
    .input(CreateLabelInput)
    .output(Label)
    .mutation(({ ctx, input }) => createLabel(ctx, input)),
  update: procedure
    .meta(rest("PATCH", "/labels/{id}", "Rename or recolor a label, on all its runs"))
    .input(UpdateLabelInput)
    .output(Label)
    .mutation(({ ctx, input }) => updateLabel(ctx, input)),
  delete: procedure
    .meta(rest("DELETE", "/labels/{id}", "Delete a label and take it off its runs"))
    .input(LabelInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteLabel(ctx, input)),
});
