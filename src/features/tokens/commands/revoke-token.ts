import { and, eq, sql } from "drizzle-orm";
import { type Caller, ownScope } from "../../../auth/scope";
import { apiTokens } from "../../../db/schema/tokens";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { TOKEN_COLUMNS } from "../queries";
import type { ApiToken } from "../schema";

/**
 * Revokes a token: it is refused from now on. Revoking it again changes nothing. A token may revoke itself, and
 * throws FORBIDDEN for every other.
 */
export async function revokeToken(caller: Caller, { id }: { id: string }): Promise<ApiToken> {
  const { actor } = caller;
  if (actor.type === "token" && actor.token_id !== id) {
    throw new AppError("FORBIDDEN", "A token can revoke itself and no other. Sign in to revoke this one.");
  }
  return transact(caller, ownScope(caller), "tokens.revoke", async (tx) => {
    const [token] = await tx
      .update(apiTokens)
      .set({ revoked_at: sql`coalesce(${apiTokens.revoked_at}, now())` })
      .where(and(eq(apiTokens.id, id), eq(apiTokens.user_id, actor.user_id)))
      .returning(TOKEN_COLUMNS);
    if (!token) throw new AppError("NOT_FOUND", "There is no such token of yours.");
    const { name, prefix, revoked_at } = token;
    audit(tx, { target: { type: "token", id, name }, after: { prefix, revoked_at } });
    return token;
  });
}
