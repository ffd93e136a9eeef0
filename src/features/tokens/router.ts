import { PageInput, pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { createMachineToken } from "./commands/create-machine-token";
import { createOwnToken } from "./commands/create-own-token";
import { revokeMachineToken } from "./commands/revoke-machine-token";
import { revokeToken } from "./commands/revoke-token";
import { listMachineTokens, listTokens } from "./queries";
import {
  ApiToken,
  CreatedToken,
  CreateMachineTokenInput,
  CreateTokenInput,
  ListMachineTokensInput,
  MachineTokenInput,
  TokenInput,
} from "./schema";

const rest = restOf("tokens");

export const tokensRouter = router({
  create: procedure
    .meta(
      rest("POST", "/tokens", "Make a token; its text is shown once", {
        description:
          "It may do what its scopes name, up to what its person may, until it ends or is revoked. For a person who is signed in: a token is refused.",
        ofToken: true,
        created: true,
      }),
    )
    .input(CreateTokenInput)
    .output(CreatedToken)
    .mutation(({ ctx, input }) => createOwnToken(ctx, input)),
  list: procedure
    .meta(rest("GET", "/tokens", "One's own tokens"))
    .input(PageInput.optional())
    .output(pageOf(ApiToken))
    .query(({ ctx, input }) => listTokens(ctx, input ?? PageInput.parse({}))),
  revoke: procedure
    .meta(
      rest("DELETE", "/tokens/{id}", "Revoke a token", {
        description: "A token may revoke itself, whatever its scopes, and no other.",
        ofToken: true,
      }),
    )
    .input(TokenInput)
    .output(ApiToken)
    .mutation(({ ctx, input }) => revokeToken(ctx, input)),
});

export const machineTokensRouter = router({
  list: procedure
    .meta(
      rest("GET", "/projects/{project_id}/tokens", "The tokens of a project's machine account", {
        description: "For maintainers and owners of the project.",
      }),
    )
    .input(ListMachineTokensInput)
    .output(pageOf(ApiToken))
    .query(({ ctx, input }) => listMachineTokens(ctx, input)),
  create: procedure
    .meta(
      rest("POST", "/projects/{project_id}/tokens", "Make a token of a project's machine account", {
        description:
          "It sees this project alone and outlives the person who makes it; what it starts is in the name of the project's machine. Its text is shown once. For maintainers and owners who are signed in: a token is refused.",
        created: true,
        ofToken: true,
      }),
    )
    .input(CreateMachineTokenInput)
    .output(CreatedToken)
    .mutation(({ ctx, input }) => createMachineToken(ctx, input)),
  revoke: procedure
    .meta(
      rest("DELETE", "/projects/{project_id}/tokens/{id}", "Revoke a token of a project's machine account", {
        description: "For maintainers and owners who are signed in: a token is refused.",
        ofToken: true,
      }),
    )
    .input(MachineTokenInput)
    .output(ApiToken)
    .mutation(({ ctx, input }) => revokeMachineToken(ctx, input)),
});
