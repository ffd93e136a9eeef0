import { procedure, router } from "../../trpc/procedures";
import { look } from "./commands/look";
import { LookInput, Present } from "./schema";

export const presenceRouter = router({
  look: procedure
    .input(LookInput)
    .output(Present)
    .mutation(({ ctx, input }) => look(ctx, input)),
});
