import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";

const Viewer = z.object({
  user_id: z.string(),
  name: z.string(),
  place: z.string().nullable().describe("Where on the page, in words."),
});
export type Viewer = z.infer<typeof Viewer>;

export const LookInput = inputOf({
  project_id: Id,
  run_id: Id.nullable().default(null).describe("Null: at none of its runs."),
  tab: z
    .string()
    .regex(/^[\w-]{8,64}$/, "must be 8 to 64 letters and digits")
    .describe("Names the tab, and stays the same while it is open."),
  place: z.string().max(100).nullable().default(null),
  gone: z.boolean().default(false).describe("The tab looks no more."),
});
export type LookInput = z.output<typeof LookInput>;

export const Present = z
  .object({
    runs: z.array(
      z.object({
        execution_id: z.string().nullable().describe("Null: who looks at none of the runs."),
        people: z.array(Viewer),
      }),
    ),
  })
  .meta({ id: "Present" });
export type Present = z.infer<typeof Present>;
