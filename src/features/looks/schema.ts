import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";

export const NoteLookInput = inputOf({
  project_id: Id,
  run_id: Id.nullable().default(null).describe("Null: the project's board."),
});
export type NoteLookInput = z.output<typeof NoteLookInput>;

export const ChangedSince = z
  .object({
    since: z.string().nullable().describe("The end of the visit before this one; null at the first."),
    created: z.number().int().describe("Runs that were started."),
    completed: z
      .number()
      .int()
      .describe("Runs that ended well, as `failed` and `cancelled` ended otherwise."),
    failed: z.number().int(),
    cancelled: z.number().int(),
    asked: z.number().int().describe("Runs that asked for an approval or a permission."),
    steps: z.number().int().describe("Steps that ended."),
    comments: z.number().int(),
    artifacts: z.number().int(),
    is_more: z.boolean().describe("More has happened than was counted."),
  })
  .meta({ id: "ChangedSince" });
export type ChangedSince = z.infer<typeof ChangedSince>;
