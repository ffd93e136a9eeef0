import { createHash, randomBytes } from "node:crypto";
import { and, eq, isNull, lt, ne, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Db, Tx } from "../db/client";
import { prepared } from "../db/prepared";
import { installation, SESSION_DAYS, SESSION_IDLE_DAYS } from "../db/schema/installation";
import { sessions } from "../db/schema/sessions";
import { users } from "../db/schema/users";
import type { PersonActor } from "./actor";
import { deviceOf } from "./device";

const SECRET_BYTES = 32;
/** `last_seen_at` is written at most once a minute, so that a busy browser causes few writes. */
const SEEN_STEP_MS = 60_000;

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** SQL: this many days, as the administrators set them. */
const days = (column: PgColumn, otherwise: number) =>
  sql`make_interval(days => coalesce((select ${column} from ${installation}), ${sql.raw(String(otherwise))}))`;
const IDLE = days(installation.session_idle_days, SESSION_IDLE_DAYS);

/** SQL: the session has not ended by time. */
export const isAlive = sql`(${sessions.expires_at} > now() and ${sessions.last_seen_at} > now() - ${IDLE})`;

/** From where a request comes: the client's address, and its User-Agent header. */
export interface Origin {
  address: string;
  userAgent: string | null;
}

/** Begins a session, and gives the secret that its cookie is to hold. Sweeps those of the user that ended by time. */
export async function startSession(db: Db, user_id: string, from: Origin): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  await db.delete(sessions).where(and(eq(sessions.user_id, user_id), sql`not ${isAlive}`));
  await db.insert(sessions).values({
    user_id,
    token_hash: hashOf(secret),
    device: deviceOf(from.userAgent),
    address: from.address,
    last_seen_at: sql`now()`,
    expires_at: sql`now() + ${days(installation.session_days, SESSION_DAYS)}`,
  });
  return secret;
}

/** The session with this hash, and its user. Prepared, because this query runs before every answer to a browser. */
const sessionOf = prepared((db) =>
  db
    .select({
      session_id: sessions.id,
      last_seen_at: sessions.last_seen_at,
      user_id: users.id,
      name: users.name,
      email: users.email,
      is_admin: users.is_admin,
    })
    .from(sessions)
    .innerJoin(users, and(eq(users.id, sessions.user_id), isNull(users.disabled_at)))
    .where(and(eq(sessions.token_hash, sql.placeholder("hash")), isAlive))
    .prepare("session_of"),
);

/** The session's person; null if it has ended, or the account is disabled. Notes that it was used. */
export async function findSession(
  db: Db,
  secret: string,
  address: string,
): Promise<Extract<PersonActor, { type: "user" }> | null> {
  const [found] = await sessionOf(db).execute({ hash: hashOf(secret) });
  if (!found) return null;
  const { last_seen_at, ...person } = found;
  if (Date.now() - Date.parse(last_seen_at) > SEEN_STEP_MS) await touch(db, found.session_id, address);
  return { type: "user", ...person };
}

async function touch(db: Db, session_id: string, address: string): Promise<void> {
  await db
    .update(sessions)
    .set({ last_seen_at: sql`now()`, address })
    .where(and(eq(sessions.id, session_id), lt(sessions.last_seen_at, sql`now() - interval '1 minute'`)));
}

/** Ends the session that a cookie with this secret names, if there is one. */
export async function endSessionBySecret(db: Db, secret: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.token_hash, hashOf(secret)));
}

/** Ends the user's sessions but the one to keep; null ends all. Gives how many there were. */
export async function endSessions(db: Db | Tx, user_id: string, keep: string | null): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.user_id, user_id), keep === null ? undefined : ne(sessions.id, keep)))
    .returning({ id: sessions.id });
  return ended.length;
}
