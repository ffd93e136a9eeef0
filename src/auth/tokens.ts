import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import { prepared } from "../db/prepared";
import { apiTokens } from "../db/schema/tokens";
import { users } from "../db/schema/users";
import type { TokenScope } from "../model/roles";
import type { PersonActor } from "./actor";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET_BYTES = 32;
/** 62^43 > 2^256 and 62^6 > 2^32, so every value fits a text of fixed length. */
const SECRET_LENGTH = 43;
const CHECKSUM_BYTES = 4;
const CHECKSUM_LENGTH = 6;
const PREFIX_LENGTH = 8;
const TOKEN = new RegExp(`^pb_([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`);

function base62(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (; text.length < length; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text;
  return text;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest();
const hashOf = (token: string) => sha256(token).toString("hex");

function checksum(secret: string): string {
  return base62(sha256(secret).subarray(0, CHECKSUM_BYTES), CHECKSUM_LENGTH);
}

/** True if the text has a token's form and a valid checksum. Saves a query for mistyped tokens. */
export function isTokenText(text: string): boolean {
  const match = TOKEN.exec(text);
  return match?.[1] !== undefined && checksum(match[1]) === match[2];
}

export type ApiTokenRow = typeof apiTokens.$inferSelect;

/** Creates a token of the user's. Only this result contains its secret text. */
export async function createToken(
  db: Db | Tx,
  input: {
    user_id: string;
    name: string;
    /** All without it. */
    scopes?: TokenScope[];
    /** The one project that it is to see; all of its person's without it. */
    project_id?: string | null | undefined;
    /** No end without it. */
    expires_at?: string | null | undefined;
  },
): Promise<{ token: string; row: ApiTokenRow }> {
  const secret = base62(randomBytes(SECRET_BYTES), SECRET_LENGTH);
  const token = `pb_${secret}${checksum(secret)}`;
  const [row] = await db
    .insert(apiTokens)
    .values({ ...input, prefix: token.slice(0, PREFIX_LENGTH), token_hash: hashOf(token) })
    .returning();
  if (!row) throw new Error("the token's row did not come back");
  return { token, row };
}

/** The valid token with this hash, and its user. Prepared, because this query runs before every API call. */
const tokenOf = prepared((db) =>
  db
    .select({
      token_id: apiTokens.id,
      scopes: apiTokens.scopes,
      project_id: apiTokens.project_id,
      last_used_at: apiTokens.last_used_at,
      user_id: users.id,
      name: users.name,
      email: users.email,
      is_admin: users.is_admin,
    })
    .from(apiTokens)
    .innerJoin(users, and(eq(users.id, apiTokens.user_id), isNull(users.disabled_at)))
    .where(
      and(
        eq(apiTokens.token_hash, sql.placeholder("hash")),
        isNull(apiTokens.revoked_at),
        or(isNull(apiTokens.expires_at), gt(apiTokens.expires_at, sql`now()`)),
      ),
    )
    .prepare("token_of"),
);

/** The token's person; null if the token is unknown, revoked or expired, or the account disabled. */
export async function findTokenActor(db: Db, token: string): Promise<PersonActor | null> {
  if (!isTokenText(token)) return null;
  const [found] = await tokenOf(db).execute({ hash: hashOf(token) });
  if (!found) return null;
  const { last_used_at, is_admin, ...person } = found;
  if (!last_used_at || Date.now() - Date.parse(last_used_at) > LAST_USED_STEP_MS)
    await touch(db, found.token_id);
  const mayAll = person.project_id === null && person.scopes.includes("write");
  return { type: "token", ...person, is_admin: is_admin && mayAll };
}

/** `last_used_at` is updated at most once a minute, so that a busy token causes few writes. */
const LAST_USED_STEP_MS = 60_000;

async function touch(db: Db, token_id: string): Promise<void> {
  await db
    .update(apiTokens)
    .set({ last_used_at: sql`now()` })
    .where(
      and(
        eq(apiTokens.id, token_id),
        or(isNull(apiTokens.last_used_at), lt(apiTokens.last_used_at, sql`now() - interval '1 minute'`)),
      ),
    );
}
