import { z } from "zod";
import { hasUsers } from "../../auth/users";
import { NoInput } from "../../lib/input";
import { procedure, publicProcedure, restOf, router } from "../../trpc/procedures";
import { changeOwnPassword } from "./commands/change-own-password";
import { inviteUser } from "./commands/invite-user";
import { makeNameless } from "./commands/make-nameless";
import { makeResetLink } from "./commands/make-reset-link";
import { setUp } from "./commands/set-up";
import { unlink } from "./commands/unlink";
import { updateMe } from "./commands/update-me";
import { updateUser } from "./commands/update-user";
import { readLink, setPasswordByLink } from "./commands/use-link";
import { listIdentities } from "./identities";
import { listUsers } from "./list-users";
import { getMe } from "./queries";
import {
  ChangedPassword,
  ChangePasswordInput,
  Identity,
  IdentityInput,
  InviteUserInput,
  ListUsersInput,
  Me,
  OpenLink,
  Person,
  PersonLink,
  PersonPage,
  ReadLinkInput,
  SetUpInput,
  UpdateMeInput,
  UpdateUserInput,
  UseLinkInput,
  UserInput,
} from "./schema";

const rest = restOf("users");
const ADMINISTRATORS = "For administrators of the installation.";

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
    .meta({ guards: true, ofToken: true })
    .input(ChangePasswordInput)
    .output(ChangedPassword)
    .mutation(({ ctx, input }) => changeOwnPassword(ctx, input)),
  list: procedure
    .meta(rest("GET", "/users", "Everybody with an account", { description: ADMINISTRATORS }))
    .input(ListUsersInput)
    .output(PersonPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),
  invite: procedure
    .meta(
      rest("POST", "/users/invitations", "Invite somebody", {
        description: `Makes the account and a link that works once and for 7 days. Who was invited before gets a new link. ${ADMINISTRATORS}`,
        created: true,
      }),
    )
    .input(InviteUserInput)
    .output(PersonLink)
    .mutation(({ ctx, input }) => inviteUser(ctx, input)),
  update: procedure
    .meta(
      rest("PATCH", "/users/{id}", "Change a person, or disable them", {
        description: `An installation keeps at least one administrator. ${ADMINISTRATORS}`,
      }),
    )
    .input(UpdateUserInput)
    .output(Person)
    .mutation(({ ctx, input }) => updateUser(ctx, input)),
  resetLink: procedure
    .meta(
      rest("POST", "/users/{id}/reset", "Make a link that sets a new password", {
        description: `It works once and for 24 hours; links made before stop to work. ${ADMINISTRATORS}`,
      }),
    )
    .input(UserInput)
    .output(PersonLink)
    .mutation(({ ctx, input }) => makeResetLink(ctx, input)),
  makeNameless: procedure
    .meta(
      rest("POST", "/users/{id}/nameless", "Replace a person's name and e-mail for good", {
        description: `The account is disabled too. Runs, comments and decisions of theirs stay. ${ADMINISTRATORS}`,
      }),
    )
    .input(UserInput)
    .output(Person)
    .mutation(({ ctx, input }) => makeNameless(ctx, input)),
  identities: procedure
    .input(NoInput)
    .output(z.array(Identity))
    .query(({ ctx }) => listIdentities(ctx)),
  unlink: procedure
    .meta({ guards: true })
    .input(IdentityInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => unlink(ctx, input)),
  /** Whose link it is; for the page that it opens. */
  readLink: publicProcedure
    .input(ReadLinkInput)
    .output(OpenLink)
    .query(({ ctx, input }) => readLink(ctx.db, input)),
  useLink: publicProcedure
    .meta({ guards: true })
    .input(UseLinkInput)
    .output(z.object({ email: z.string() }))
    .mutation(({ ctx, input }) => setPasswordByLink(ctx, input)),
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
