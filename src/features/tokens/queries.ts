import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb, Tx } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { projects } from "../../db/schema/projects";
import { apiTokens } from "../../db/schema/tokens";
import { users } from "../../db/schema/users";
import { AppError } from "../../lib/errors";
import type { Page, PageInput } from "../../lib/page";
import type { ApiToken } from "./schema";

/** Estimated bytes of a token in JSON, apart from its name; its project's name is among them. */
const REST_BYTES = 700;

export const TOKEN_COLUMNS = {
  id: apiTokens.id,
  name: apiTokens.name,
  prefix: apiTokens.prefix,
  scopes: apiTokens.scopes,
  project_id: apiTokens.project_id,
  project_name: sql<string | null>`(select name from ${projects} where id = ${apiTokens.project_id})`,
  expires_at: apiTokens.expires_at,
  last_used_at: apiTokens.last_used_at,
  revoked_at: apiTokens.revoked_at,
  created_at: apiTokens.created_at,
};

/** A page of the caller's tokens, newest first, including revoked ones. Two queries. */
export function listTokens({ db, actor }: Caller, page: PageInput): Promise<Page<ApiToken>> {
  // A token for one project sees no more than itself.
  const own =
    actor.type === "token" && actor.project_id !== null ? eq(apiTokens.id, actor.token_id) : undefined;
  return readTokens(db, and(eq(apiTokens.user_id, actor.user_id), own), page);
}

/** A page of the tokens of the project's machine account, newest first. Three queries. */
export async function listMachineTokens(
  caller: Caller,
  { project_id, ...page }: PageInput & { project_id: string },
): Promise<Page<ApiToken>> {
  await authorizeProject(caller, project_id, "project:write");
  const machine = sql`(select id from ${users} where ${users.project_id} = ${project_id})`;
  return readTokens(caller.db, sql`${apiTokens.user_id} = ${machine}`, page);
}

async function readTokens(db: ReadDb, where: SQL | undefined, page: PageInput): Promise<Page<ApiToken>> {
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${apiTokens}`,
      where,
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

/** Throws NOT_FOUND if there is no such token. */
export async function getToken(db: ReadDb | Tx, id: string): Promise<ApiToken> {
  const [token] = await db.select(TOKEN_COLUMNS).from(apiTokens).where(eq(apiTokens.id, id));
  if (!token) throw new AppError("NOT_FOUND", "There is no such token.");
  return token;
}
