import { and, eq, sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { apiTokens } from "../../../db/schema/users";
import { AppError } from "../../../lib/errors";
import { TOKEN_COLUMNS } from "../queries";
import type { ApiToken } from "../schema";

/** Revokes a token: it is refused from now on. Revoking it again changes nothing. */
export async function revokeToken({ db, actor }: Caller, { id }: { id: string }): Promise<ApiToken> {
  const [token] = await db
    .update(apiTokens)
    .set({ revoked_at: sql`coalesce(${apiTokens.revoked_at}, now())` })
    .where(and(eq(apiTokens.id, id), eq(apiTokens.user_id, actor.user_id)))
    .returning(TOKEN_COLUMNS);
  if (!token) throw new AppError("NOT_FOUND", "There is no such token of yours.");
  return token;
}
