import { and, eq, isNull } from "drizzle-orm";
import type { NextAuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import type { Db } from "../db/client";
import { users } from "../db/schema/users";
import { AppError } from "../lib/errors";
import { ADDRESS_HEADER } from "../lib/request-headers";
import type { PersonActor } from "./actor";
import { countTry, forgetTries } from "./rate-limit";
import { findUserByCredentials } from "./users";

const SESSION_SECONDS = 30 * 24 * 60 * 60;

interface SessionUser {
  id: string;
  name: string;
  email: string;
  session_version: number;
}

/**
 * NextAuth with e-mail and password. The session is a signed cookie that names the user and the version of
 * their sessions; each request compares that version with the user's row.
 */
export function authOptions(db: Db, secret: string): NextAuthOptions {
  return {
    secret,
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/signin", error: "/signin" },
    providers: [
      Credentials({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(credentials, request): Promise<SessionUser | null> {
          if (!credentials?.email || !credentials.password) return null;
          await countTry(db, credentials.email, addressOf(request.headers ?? {}));
          const user = await findUserByCredentials(db, credentials.email, credentials.password);
          if (!user) return null;
          await forgetTries(db, user.email);
          return { id: user.id, name: user.name, email: user.email, session_version: user.session_version };
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        if (user) token.session_version = (user as SessionUser).session_version;
        return token;
      },
    },
    logger: {
      error(_code, metadata) {
        const error = metadata instanceof Error ? metadata : metadata.error;
        if (!(error instanceof AppError)) process.emitWarning(error);
      },
    },
  };
}

function addressOf(headers: Record<string, unknown>): string {
  return String(headers[ADDRESS_HEADER] ?? "unknown");
}

const COOKIE = /(?:^|;\s*)(?:__Secure-)?next-auth\.session-token=([^;]+)/;

/** Whose session the Cookie header carries, unless it was ended or the account disabled: then null. One query. */
export async function findSessionActor(db: Db, secret: string, cookies: string): Promise<PersonActor | null> {
  const token = COOKIE.exec(cookies)?.[1];
  if (!token) return null;
  const claims = await decode({ token, secret }).catch(() => null);
  if (!claims?.sub || typeof claims.session_version !== "number") return null;
  const [user] = await db
    .select({
      user_id: users.id,
      name: users.name,
      email: users.email,
      is_admin: users.is_admin,
      session_version: users.session_version,
    })
    .from(users)
    .where(
      and(
        eq(users.id, claims.sub),
        eq(users.session_version, claims.session_version),
        isNull(users.disabled_at),
      ),
    );
  return user ? { type: "user", ...user } : null;
}
