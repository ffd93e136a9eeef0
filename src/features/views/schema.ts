import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { pageOf } from "../../lib/page";

/** A person has at most so many of their own, and a project so many shared ones. */
export const MAX_VIEWS = 50;

const ViewName = z.string().trim().min(1, "must not be empty").max(80);
const ViewQuery = z
  .string()
  .max(2_000)
  .regex(/^[^?#\s]*$/, "must be the query of an address, without ? and spaces")
  .describe("As in the address of the runs table, without `?`: `status=failed&label=release`.");

export const RunView = z
  .object({
    id: z.string(),
    project_id: z.string(),
    name: z.string(),
    query: z.string(),
    shared: z.boolean().describe("Everybody in the project has it; else the caller alone."),
    created_by: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: "RunView" });
export type RunView = z.infer<typeof RunView>;

export const RunViewPage = pageOf(RunView);
export type RunViewPage = z.infer<typeof RunViewPage>;
export const ListViewsInput = inputOf({ project_id: Id });
export const CreateViewInput = inputOf({
  project_id: Id,
  name: ViewName,
  query: ViewQuery,
  shared: z.boolean().default(false),
});
export type CreateViewInput = z.output<typeof CreateViewInput>;
export const UpdateViewInput = inputOf({
  id: Id,
  name: ViewName.optional(),
  query: ViewQuery.optional(),
  shared: z.boolean().optional(),
});
export type UpdateViewInput = z.infer<typeof UpdateViewInput>;
export const ViewInput = inputOf({ id: Id });
