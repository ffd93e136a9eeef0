import { ensureMachine } from "../../../auth/machines";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { createToken } from "../../../auth/tokens";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { highestScope, scopesUpTo } from "../../../model/roles";
import { requireSession } from "../../users/commands/require-session";
import { getToken } from "../queries";
import type { CreatedToken, CreateMachineTokenInput } from "../schema";
import { endOfToken } from "./end-of-token";

/**
 * Creates a token of the project's machine account, which is made with the first one. Only this result contains its
 * text. Throws FORBIDDEN for a token.
 */
export async function createMachineToken(
  caller: Caller,
  input: CreateMachineTokenInput,
): Promise<CreatedToken> {
  const { project_id, name } = input;
  const scope = await authorizeProject(caller, project_id, "project:write");
  requireSession(caller.actor);
  const expires_at = await endOfToken(caller.db, input.expires_at);
  const scopes = scopesUpTo(highestScope(input.scopes));
  return createOnce(caller, scope, "machineTokens.create", (commit) =>
    commit(async (tx) => {
      const user_id = await ensureMachine(tx, project_id);
      const { token, row } = await createToken(tx, { user_id, name, scopes, project_id, expires_at });
      audit(tx, {
        target: { type: "token", id: row.id, name },
        after: { prefix: row.prefix, scopes, expires_at },
      });
      return { ...(await getToken(tx, row.id)), token };
    }),
  );
}
