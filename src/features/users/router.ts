import { z } from "zod";
import { hasUsers } from "../../auth/users";
import { NoInput } from "../../lib/input";
import { procedure, publicProcedure, restOf, router } from "../../trpc/procedures";
import { changeOwnPassword } from "./commands/change-own-password";
import { endOwnSessions } from "./commands/end-own-sessions";
import { setUp } from "./commands/set-up";
import { updateMe } from "./commands/update-me";
import { getMe } from "./queries";
import { ChangePasswordInput, Me, SetUpInput, UpdateMeInput } from "./schema";

const rest = restOf("users");

export const usersRouter = router({
  me: procedure
    .meta(rest("GET", "/users/me", "The signed-in person"))
    .input(NoInput)
    .output(Me)
    .query(({ ctx }) => getMe(ctx)),
  updateMe: procedure
    .meta(rest("PATCH", "/users/me", "Change one's own name"))
    .input(UpdateMeInput)
    .output(Me)
    .mutation(({ ctx, input }) => updateMe(ctx, input)),
  changePassword: procedure
    .meta({ guards: true })
    .input(ChangePasswordInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => changeOwnPassword(ctx, input)),
  signOutEverywhere: procedure
    .input(NoInput)
    .meta({ guards: true })
    .output(z.object({}))
    .mutation(({ ctx }) => endOwnSessions(ctx)),
  /** Whether an account exists; for the set-up page. */
  isSetUp: publicProcedure
    .input(NoInput)
    .output(z.boolean())
    .query(({ ctx }) => hasUsers(ctx.db)),
  setUp: publicProcedure
    .meta({ guards: true })
    .input(SetUpInput)
    .output(Me)
    .mutation(({ ctx, input }) => setUp(ctx, input)),
});
