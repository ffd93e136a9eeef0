import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { pageOf } from "../../lib/page";
import { LABEL_COLORS } from "../../model/labels";

/** Without commas, which part the labels of a filter. */
export const LabelName = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(50)
  .regex(/^[^,]*$/, "must not contain a comma");

export const LabelColor = z.enum(LABEL_COLORS);

/** A label as a run shows it. */
export const LabelOfRun = z
  .object({ id: z.string(), name: z.string(), color: LabelColor })
  .meta({ id: "LabelOfRun" });
export type LabelOfRun = z.infer<typeof LabelOfRun>;

export const Label = LabelOfRun.extend({
  project_id: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
}).meta({ id: "Label" });
export type Label = z.infer<typeof Label>;

/** The most labels of a project, so that their list is always whole. */
export const MAX_LABELS = 200;

export const ListLabelsInput = inputOf({ project_id: Id });
export const LabelPage = pageOf(Label);
export type LabelPage = z.infer<typeof LabelPage>;
export const CreateLabelInput = inputOf({
  project_id: Id,
  name: LabelName,
  color: LabelColor.default("gray"),
});
export type CreateLabelInput = z.output<typeof CreateLabelInput>;
export const UpdateLabelInput = inputOf({
  id: Id,
  name: LabelName.optional(),
  color: LabelColor.optional(),
});
export type UpdateLabelInput = z.infer<typeof UpdateLabelInput>;
export const LabelInput = inputOf({ id: Id });
