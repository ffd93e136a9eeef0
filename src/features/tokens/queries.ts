import { desc, eq } from "drizzle-orm";
import type { Caller } from "../../auth/scope";
import { apiTokens } from "../../db/schema/users";
import type { ApiToken } from "./schema";

export const TOKEN_COLUMNS = {
  id: apiTokens.id,
  name: apiTokens.name,
  prefix: apiTokens.prefix,
  expires_at: apiTokens.expires_at,
  last_used_at: apiTokens.last_used_at,
  revoked_at: apiTokens.revoked_at,
  created_at: apiTokens.created_at,
};

/** The caller's own tokens, newest first, revoked ones too. */
export async function listTokens({ db, actor }: Caller): Promise<{ items: ApiToken[]; next_cursor: null }> {
  const items = await db
    .select(TOKEN_COLUMNS)
    .from(apiTokens)
    .where(eq(apiTokens.user_id, actor.user_id))
    .orderBy(desc(apiTokens.created_at), desc(apiTokens.id));
  return { items, next_cursor: null };
}
