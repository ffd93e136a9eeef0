import { procedure, router } from "../../trpc/procedures";
import { noteLook } from "./commands/note-look";
import { ChangedSince, NoteLookInput } from "./schema";

export const looksRouter = router({
  note: procedure
    .input(NoteLookInput)
    .output(ChangedSince)
    .mutation(({ ctx, input }) => noteLook(ctx, input)),
});
