import { authorizeProject, type Caller, ownScope } from "../../../auth/scope";
import { createToken } from "../../../auth/tokens";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { highestScope, scopesUpTo } from "../../../model/roles";
import { requireSession } from "../../users/commands/require-session";
import { getToken } from "../queries";
import type { CreatedToken, CreateTokenInput } from "../schema";
import { endOfToken } from "./end-of-token";

/**
 * Creates a token of the caller's own. Only this result contains its text. Throws FORBIDDEN for a token, or for a
 * project of which the caller is no member.
 */
export async function createOwnToken(caller: Caller, input: CreateTokenInput): Promise<CreatedToken> {
  const { user_id } = requireSession(caller.actor);
  const { name, project_id = null } = input;
  if (project_id !== null) await authorizeProject(caller, project_id, "project:read");
  const expires_at = await endOfToken(caller.db, input.expires_at);
  const scopes = scopesUpTo(highestScope(input.scopes));
  return createOnce(caller, ownScope(caller), "tokens.create", (commit) =>
    commit(async (tx) => {
      const { token, row } = await createToken(tx, { user_id, name, scopes, project_id, expires_at });
      audit(tx, {
        target: { type: "token", id: row.id, name },
        after: { prefix: row.prefix, scopes, project_id, expires_at },
      });
      return { ...(await getToken(tx, row.id)), token };
    }),
  );
}
