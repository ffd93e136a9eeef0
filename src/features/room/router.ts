import { z } from "zod";
import { NoInput } from "../../lib/input";
import { PageInput } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { setQuota } from "./commands/set-quota";
import { listProjectRooms, readProjectRoom, readRoom } from "./queries";
import { ProjectRoom, ProjectRoomInput, ProjectRoomPage, Room, SetQuotaInput } from "./schema";

const rest = restOf("room");

export const roomRouter = router({
  get: procedure
    .meta(rest("GET", "/room", "How much room the server has"))
    .input(NoInput)
    .output(Room)
    .query(({ ctx }) => readRoom(ctx)),
  ofProject: procedure
    .meta(rest("GET", "/projects/{project_id}/room", "What a project takes and may take"))
    .input(ProjectRoomInput)
    .output(ProjectRoom)
    .query(({ ctx, input }) => readProjectRoom(ctx, input.project_id)),
  projects: procedure
    .meta(
      rest("GET", "/room/projects", "What all projects take and may take", {
        description: "For administrators.",
      }),
    )
    .input(PageInput.optional())
    .output(ProjectRoomPage)
    .query(({ ctx, input }) => listProjectRooms(ctx, input ?? PageInput.parse({}))),
  setQuota: procedure
    .meta(
      rest("PUT", "/projects/{project_id}/quota", "Set what a project may take", {
        description:
          "For administrators. A project that takes as much starts no run and takes no file until it takes less.",
      }),
    )
    .input(SetQuotaInput)
    .output(z.object({ project_id: z.string(), quota_bytes: z.number().nullable() }))
    .mutation(({ ctx, input }) => setQuota(ctx, input)),
});
