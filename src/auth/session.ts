import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import type { Db } from "../db/client";
import { logger } from "../lib/logger";
import type { OidcSettings } from "../lib/oidc-settings";
import { ownDefault } from "../lib/own-default";
import type { PersonActor } from "./actor";
import type { Claims } from "./oidc/claims";
import { OIDC, oidcProvider } from "./oidc/provider";
import type { SsoRefusal } from "./oidc/refusal";
import { refusePasswords } from "./passwords-allowed";
import { endSessionBySecret, findSession, type Origin, startSession } from "./sessions";
import { findUserByCredentials } from "./users";

/** How long a browser keeps the cookie. The session's row decides whether it still names anything. */
const COOKIE_SECONDS = 365 * 24 * 60 * 60;

interface SessionUser {
  id: string;
  name: string;
  email: string;
}

/** Gets told of sign-ins and sign-outs, for the audit record. */
export interface SignInWatch {
  /** `provider`: `credentials` for a password. */
  onSignIn: (user: { id: string; name: string; email: string }, provider: string) => Promise<void>;
  /** Somebody gave a wrong e-mail or password. */
  onRefused: (email: string) => Promise<void>;
  onSignOut: (user: { id: string; name: string }) => Promise<void>;
}

/** Ways to sign in beside a password. */
export interface OtherWays {
  /** The person of a link that signs in without a password. */
  enterByLink: (token: string) => Promise<SessionUser>;
  /** The provider's part of this request; null where there is none. */
  sso: {
    settings: OidcSettings;
    enter: (claims: Claims) => Promise<{ user: SessionUser } | { refused: SsoRefusal }>;
    onFault: (metadata: unknown) => void;
  } | null;
}

export interface Signing {
  /** Signs NextAuth's small cookies, such as the one against forged forms. */
  secret: string;
  /** The address that people type into the browser. */
  url: string;
}

const isSecure = (url: string) => url.startsWith("https:");

/**
 * Name of the session cookie. With the prefix `__Host-`, browsers accept it only from this host over https,
 * so neither another host nor http can set it.
 */
export function sessionCookie(url: string): string {
  return `${isSecure(url) ? "__Host-" : ""}next-auth.session-token`;
}

/** Of one request to NextAuth. */
interface AuthRequest extends Origin {
  /** Its Cookie header. */
  cookies: string;
  /** Gets what a sign-in or a sign-out threw, which NextAuth would keep to itself. */
  onFault: (error: unknown) => void;
  watch: SignInWatch;
}

/**
 * NextAuth options (e-mail and password) for one request. Its strategy is named `jwt`, since with passwords it takes
 * no other, but the cookie holds the secret of a row of `sessions` and nothing else: `encode` and `decode` are ours.
 */
export function authOptions(
  db: Db,
  signing: Signing,
  request: AuthRequest,
  ways: OtherWays,
): NextAuthOptions {
  const { address, onFault, watch } = request;
  const name = sessionCookie(signing.url);
  const noted = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      onFault(error);
      throw error;
    }
  };
  return {
    secret: signing.secret,
    session: { strategy: "jwt", maxAge: COOKIE_SECONDS },
    jwt: {
      encode: async ({ token }) => (typeof token?.session === "string" ? token.session : ""),
      async decode({ token }) {
        const person = token ? await findSession(db, token, address) : null;
        return person && { sub: person.user_id, name: person.name, email: person.email, session: token };
      },
    },
    pages: { signIn: "/signin", error: "/signin" },
    useSecureCookies: isSecure(signing.url),
    cookies: {
      sessionToken: {
        name,
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure(signing.url) },
      },
    },
    providers: [
      ownDefault(Credentials)({
        credentials: { email: { type: "email" }, password: { type: "password" }, link: { type: "text" } },
        async authorize(given): Promise<SessionUser | null> {
          const { email, password, link } = given ?? {};
          const user = await noted(async () => {
            if (typeof link === "string" && link) return ways.enterByLink(link);
            if (typeof email !== "string" || typeof password !== "string" || !email || !password) return null;
            refusePasswords();
            const found = await findUserByCredentials(db, { email, password, address });
            if (!found) await watch.onRefused(email);
            return found;
          });
          return user && { id: user.id, name: user.name, email: user.email };
        },
      }),
      ...(ways.sso ? [oidcProvider(ways.sso.settings)] : []),
    ],
    callbacks: {
      async signIn({ user, account, profile }) {
        if (account?.provider !== OIDC || !ways.sso) return true;
        const entered = await ways.sso.enter(profile as unknown as Claims);
        if ("refused" in entered) return `${signing.url}/signin?sso=${entered.refused}`;
        // What comes after this callback is given the same object.
        Object.assign(user, entered.user);
        return true;
      },
      /** With `user` somebody has signed in, by whatever way: their session begins, and this browser's former ends. */
      async jwt({ token, user }) {
        if (!user) return token;
        const before = cookieNamed(name, request.cookies);
        if (before) await endSessionBySecret(db, before);
        return { ...token, session: await startSession(db, user.id, request) };
      },
    },
    events: {
      async signIn({ user: { id, name, email }, account }) {
        await watch.onSignIn(
          { id, name: name ?? "", email: email ?? "" },
          account?.provider ?? "credentials",
        );
      },
      async signOut({ token }) {
        const { session } = token ?? {};
        if (typeof session === "string") await noted(() => endSessionBySecret(db, session));
        if (token?.sub) await watch.onSignOut({ id: token.sub, name: token.name ?? "" });
      },
    },
    logger: {
      // Errors of the caller, such as an outdated cookie, are reported to the caller and only logged for
      // debugging.
      error: (code, metadata) => {
        ways.sso?.onFault(metadata);
        logger.debug({ err: metadata }, `sign-in: ${code}`);
      },
      warn: (code) => logger.debug(`sign-in: ${code}`),
      debug: () => {},
    },
  };
}

/** The person of the session cookie; null if the session has ended or the account is disabled. One query. */
export async function findSessionActor(
  db: Db,
  url: string,
  { cookies, address }: { cookies: string; address: string },
): Promise<PersonActor | null> {
  const secret = cookieNamed(sessionCookie(url), cookies);
  return secret ? findSession(db, secret, address) : null;
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
