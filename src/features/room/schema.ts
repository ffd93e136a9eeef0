import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { pageOf } from "../../lib/page";

/** More than any disk has, and still a whole number in JSON. */
const MAX_BYTES = 2 ** 50;
export const QuotaBytes = z.int().min(0).max(MAX_BYTES);

const DiskStatus = z
  .enum(["ok", "low", "full"])
  .describe(
    "`low`: below the low-water mark, so nothing starts and nothing can be uploaded; `full`: the database may fail to write too.",
  );

/** How much room the server has. */
export const Room = z
  .object({
    status: DiskStatus,
    disk: z
      .object({
        free_bytes: z.number(),
        total_bytes: z.number(),
        low_water_bytes: z.number(),
      })
      .nullable()
      .describe("The server's lowest disk; null for everybody but administrators."),
  })
  .meta({ id: "Room" });
export type Room = z.infer<typeof Room>;

const taken = {
  artifacts_bytes: z.number(),
  logs_bytes: z.number().describe("Of ended runs."),
  workspaces_bytes: z.number().describe("Folders of runs."),
  taken_bytes: z.number().describe("All of it."),
  counted_at: z.string().nullable().describe("When it was last counted; what came since is added."),
  own_quota_bytes: z
    .number()
    .nullable()
    .describe("What an administrator set for this project; 0: no limit; null: the installation's default."),
  quota_bytes: z.number().nullable().describe("What it may take; null: as much as there is."),
};

/** What a project takes and may take. */
export const ProjectRoom = z
  .object({
    ...taken,
    held_by: z
      .enum(["disk", "quota"])
      .nullable()
      .describe("Why none of its runs starts and nothing can be uploaded to it."),
  })
  .meta({ id: "ProjectRoom" });
export type ProjectRoom = z.infer<typeof ProjectRoom>;

export const ProjectRoomItem = z
  .object({ id: z.string(), name: z.string(), ...taken })
  .meta({ id: "ProjectRoomItem" });
export type ProjectRoomItem = z.infer<typeof ProjectRoomItem>;
export const ProjectRoomPage = pageOf(ProjectRoomItem);

export const ProjectRoomInput = inputOf({ project_id: Id });

export const SetQuotaInput = inputOf({
  project_id: Id,
  quota_bytes: QuotaBytes.nullable().describe("0: no limit; null: the installation's default."),
});
export type SetQuotaInput = z.infer<typeof SetQuotaInput>;
