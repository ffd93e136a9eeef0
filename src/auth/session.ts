import { and, eq, isNull } from "drizzle-orm";
import type { NextAuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import type { Db } from "../db/client";
import { users } from "../db/schema/users";
import { logger } from "../lib/logger";
import { ownDefault } from "../lib/own-default";
import type { PersonActor } from "./actor";
import { findUserByCredentials } from "./users";

const SESSION_SECONDS = 30 * 24 * 60 * 60;

interface SessionUser {
  id: string;
  name: string;
  email: string;
  session_version: number;
}

export interface Signing {
  /** Signs the session's cookie. */
  secret: string;
  /** The address that people type into the browser. */
  url: string;
}

const isSecure = ({ url }: Signing) => url.startsWith("https:");

/**
 * Name of the session cookie. With the prefix `__Host-`, browsers accept it only from this host over https,
 * so neither another host nor http can set it.
 */
export function sessionCookie(signing: Signing): string {
  return `${isSecure(signing) ? "__Host-" : ""}next-auth.session-token`;
}

/**
 * NextAuth options (e-mail and password) for one request from `address`. The session is a signed cookie with
 * the user and their session version, which each request compares with the user's row. `onFault` gets
 * what the sign-in threw.
 */
export function authOptions(
  db: Db,
  signing: Signing,
  address: string,
  onFault: (error: unknown) => void,
): NextAuthOptions {
  return {
    secret: signing.secret,
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/signin", error: "/signin" },
    useSecureCookies: isSecure(signing),
    cookies: {
      sessionToken: {
        name: sessionCookie(signing),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure(signing) },
      },
    },
    providers: [
      ownDefault(Credentials)({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(given): Promise<SessionUser | null> {
          const { email, password } = given ?? {};
          if (typeof email !== "string" || typeof password !== "string" || !email || !password) return null;
          try {
            const user = await findUserByCredentials(db, { email, password, address });
            return (
              user && {
                id: user.id,
                name: user.name,
                email: user.email,
                session_version: user.session_version,
              }
            );
          } catch (error) {
            onFault(error);
            throw error;
          }
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
      // Errors of the caller, such as an outdated cookie, are reported to the caller and only logged for
      // debugging.
      error: (code, metadata) => logger.debug({ err: metadata }, `sign-in: ${code}`),
      warn: (code) => logger.debug(`sign-in: ${code}`),
      debug: () => {},
    },
  };
}

/** The person of the session cookie; null if the session was ended or the account is disabled. One query. */
export async function findSessionActor(
  db: Db,
  signing: Signing,
  cookies: string,
): Promise<PersonActor | null> {
  const token = cookieNamed(sessionCookie(signing), cookies);
  if (!token) return null;
  const claims = await decode({ token, secret: signing.secret }).catch(() => null);
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

/**
 * A cookie's value by its exact name; undefined if two cookies have the name, since one of them is not ours.
 */
function cookieNamed(name: string, header: string): string | undefined {
  const values = header
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}
