import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { Retention } from "../projects/schema";

export const RetentionInput = inputOf({ id: Id.describe("The project.") });

export const RetentionInfo = z
  .object({
    own: Retention.describe("What the project says itself; `PATCH /projects/{id}` changes it."),
    installation: Retention.describe("For projects that do not say otherwise."),
    effective: Retention.describe("What holds. What is in neither is kept."),
  })
  .meta({ id: "RetentionInfo" });
export type RetentionInfo = z.infer<typeof RetentionInfo>;

/** A retention as it could be saved, field by field, so that an address can name it. */
const PROPOSED = {
  ...Retention.shape,
  keep_last: z.coerce.number().pipe(z.int().min(0).max(100_000)).optional(),
};
export const PreviewInput = inputOf({ id: Id.describe("The project."), ...PROPOSED });
export type PreviewInput = z.output<typeof PreviewInput>;
export const PreviewAllInput = inputOf(PROPOSED);
export type PreviewAllInput = z.output<typeof PreviewAllInput>;

/** What a retention would remove now. */
export const RetentionPreview = z
  .object({
    runs: z.number().int().describe("With all that is theirs."),
    logs: z.number().int().describe("Runs that stay and lose their logs."),
    artifacts: z.number().int().describe("Files of runs that stay."),
    events: z.number().int(),
    bytes: z.number().describe("Of logs and artifacts, on the disk or in the object store."),
    uncounted: z
      .number()
      .int()
      .describe("Runs whose logs were not measured when they ended; `bytes` is without them."),
  })
  .meta({ id: "RetentionPreview" });
export type RetentionPreview = z.infer<typeof RetentionPreview>;
