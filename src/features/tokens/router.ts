import { PageInput, pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { createOwnToken } from "./commands/create-own-token";
import { revokeToken } from "./commands/revoke-token";
import { listTokens } from "./queries";
import { ApiToken, CreatedToken, CreateTokenInput, TokenInput } from "./schema";

const rest = restOf("tokens");

export const tokensRouter = router({
  create: procedure
    .meta(
      rest("POST", "/tokens", "Make a token; its text is shown once", {
        description: "It can do what its person can, until it expires or is revoked.",
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
    .meta(rest("DELETE", "/tokens/{id}", "Revoke a token"))
    .input(TokenInput)
    .output(ApiToken)
    .mutation(({ ctx, input }) => revokeToken(ctx, input)),
});
