import { desc, eq, sql } from "drizzle-orm";
import type { Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import { isOneOf, readPage } from "../../db/read-page";
import { apiTokens } from "../../db/schema/users";
import type { Page, PageInput } from "../../lib/page";
import type { ApiToken } from "./schema";

/** Estimated bytes of a token in JSON, apart from its name. */
const REST_BYTES = 300;

export const TOKEN_COLUMNS = {
  id: apiTokens.id,
  name: apiTokens.name,
  prefix: apiTokens.prefix,
  expires_at: apiTokens.expires_at,
  last_used_at: apiTokens.last_used_at,
  revoked_at: apiTokens.revoked_at,
  created_at: apiTokens.created_at,
};

/** A page of the caller's tokens, newest first, including revoked ones. Two queries. */
export async function listTokens({ db, actor }: Caller, page: PageInput): Promise<Page<ApiToken>> {
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${apiTokens}`,
      where: eq(apiTokens.user_id, actor.user_id),
      id: apiTokens.id,
      keys: [{ value: apiTokens.created_at, kind: "time" }],
      descending: true,
      bytes: sql`${textBytes(apiTokens.name)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  const items = await db
    .select(TOKEN_COLUMNS)
    .from(apiTokens)
    .where(isOneOf(apiTokens.id, ids))
    .orderBy(desc(apiTokens.created_at), desc(apiTokens.id));
  return { items, next_cursor };
}
