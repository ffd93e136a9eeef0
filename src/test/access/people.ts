import { eq } from "drizzle-orm";
import { encode } from "next-auth/jwt";
import { endSessionBySecret, startSession } from "../../auth/sessions";
import { createToken } from "../../auth/tokens";
import type { Db } from "../../db/client";
import { apiTokens } from "../../db/schema/tokens";
import { users } from "../../db/schema/users";
import { makePerson } from "../people";

/** The installation's secret in the tests. */
export const SECRET = "a secret of the tests";

/** An account with both ways in. */
export interface Person {
  user_id: string;
  email: string;
  cookie: string;
  token: string;
  /** Of another token of theirs. */
  token_id: string;
  /** Of another session of theirs. */
  session_id: string;
}

/** Somebody with an account, who is a member of nothing. */
export async function makeAccount(db: Db, name: string): Promise<Person> {
  const { user_id, email, session_id } = await makePerson(db, name);
  const { token } = await createToken(db, { user_id, name: "test" });
  const { row } = await createToken(db, { user_id, name: "spare" });
  const cookie = cookieOf(await startSession(db, user_id, FROM));
  return { user_id, email, cookie, token, token_id: row.id, session_id: session_id ?? "" };
}

const FROM = { address: "127.0.0.1", userAgent: null };
const cookieOf = (session: string) => `next-auth.session-token=${session}`;

/** A way to come in: headers of a request. */
export type Way = Record<string, string>;

/** By session, as our own pages send it. */
export const bySession = ({ cookie }: Person): Way => ({ cookie, "sec-fetch-site": "same-origin" });
export const byToken = ({ token }: Person): Way => ({ authorization: `Bearer ${token}` });

/** Ways in that nobody takes, each with what it would be the owner's. Answered with 401 where one is needed. */
export async function brokenWays(db: Db, owner: Person, disabled: Person): Promise<Record<string, Way>> {
  const { user_id } = owner;
  const revoked = await createToken(db, { user_id, name: "revoked" });
  await db
    .update(apiTokens)
    .set({ revoked_at: "2026-01-01T00:00:00Z" })
    .where(eq(apiTokens.id, revoked.row.id));
  const expired = await createToken(db, { user_id, name: "expired", expires_at: "2026-01-01T00:00:00Z" });
  await db.update(users).set({ disabled_at: "2026-01-01T00:00:00Z" }).where(eq(users.id, disabled.user_id));
  const ended = await startSession(db, user_id, FROM);
  await endSessionBySecret(db, ended);
  const signed = await encode({ token: { sub: user_id, session_version: 1 }, secret: SECRET });
  const revokedWay = { authorization: `Bearer ${revoked.token}` };
  return {
    "no credentials": {},
    "a revoked token": revokedWay,
    "a revoked token beside a session that holds": { ...bySession(owner), ...revokedWay },
    "an expired token": { authorization: `Bearer ${expired.token}` },
    "a token with a wrong checksum": {
      authorization: `Bearer ${owner.token.slice(0, -1)}${owner.token.endsWith("0") ? 1 : 0}`,
    },
    "the session of a disabled account": bySession(disabled),
    "a token of a disabled account": byToken(disabled),
    "a session that was ended": bySession({ ...owner, cookie: cookieOf(ended) }),
    "a cookie of before sessions had rows": bySession({ ...owner, cookie: cookieOf(signed) }),
  };
}

/** A session's cookie in requests that no page of ours made. A write is answered with 403, a read as ever. */
export function foreignWays({ cookie }: Person): Record<string, Way> {
  return {
    "a session from a foreign origin": {
      cookie,
      origin: "https://evil.example",
      "sec-fetch-site": "cross-site",
    },
    "a session from a neighbour of ours": { cookie, "sec-fetch-site": "same-site" },
    "a session from a page without an origin": { cookie, origin: "null" },
    "a session without any origin": { cookie },
  };
}
