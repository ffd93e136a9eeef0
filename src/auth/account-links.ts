import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { ReadDb, Tx } from "../db/client";
import { accountLinks, type LINK_KINDS } from "../db/schema/people";
import { users } from "../db/schema/users";
import { AppError } from "../lib/errors";
import { readSettings } from "../lib/settings";

export type LinkKind = (typeof LINK_KINDS)[number];

const TOKEN_BYTES = 32;
const HOURS: Record<LinkKind, number> = { invitation: 7 * 24, reset: 24, enter: 1 };

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** A link's address, which is shown once, and its end. */
export interface MadeLink {
  url: string;
  expires_at: string;
}

/** Makes a link for the person in place of those before, which stop to work. */
export async function makeAccountLink(tx: Tx, user_id: string, kind: LinkKind): Promise<MadeLink> {
  await endAccountLinks(tx, user_id);
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const [row] = await tx
    .insert(accountLinks)
    .values({
      user_id,
      kind,
      token_hash: hashOf(token),
      expires_at: sql`now() + make_interval(hours => ${HOURS[kind]})`,
    })
    .returning({ expires_at: accountLinks.expires_at });
  if (!row) throw new Error("the link's row did not come back");
  return { url: `${readSettings().url}/join?token=${token}`, expires_at: row.expires_at };
}

/** Ends the links of this person that nobody has used. */
export async function endAccountLinks(tx: Tx, user_id: string): Promise<void> {
  await tx.delete(accountLinks).where(and(eq(accountLinks.user_id, user_id), isNull(accountLinks.used_at)));
}

/** Whose link it is, and what it is for. */
export interface AccountLink {
  id: string;
  kind: LinkKind;
  user_id: string;
  name: string;
  email: string;
}

const isOpen = (token: string) =>
  and(
    eq(accountLinks.token_hash, hashOf(token)),
    isNull(accountLinks.used_at),
    gt(accountLinks.expires_at, sql`now()`),
  );

/** The link with this token; null where it is unknown, used, over, or the account is disabled. */
export async function findAccountLink(db: ReadDb, token: string): Promise<AccountLink | null> {
  const [found] = await db
    .select({
      id: accountLinks.id,
      kind: accountLinks.kind,
      user_id: users.id,
      name: users.name,
      email: users.email,
    })
    .from(accountLinks)
    .innerJoin(users, and(eq(users.id, accountLinks.user_id), isNull(users.disabled_at)))
    .where(isOpen(token));
  return found ?? null;
}

/** Uses the link up, so that only one of two who come at once gets it. Throws NOT_FOUND as `findAccountLink` gives null. */
export async function takeAccountLink(tx: Tx, token: string): Promise<AccountLink> {
  const link = await findAccountLink(tx, token);
  const taken =
    link &&
    (await tx
      .update(accountLinks)
      .set({ used_at: sql`now()` })
      .where(isOpen(token))
      .returning({ id: accountLinks.id }));
  if (!link || !taken?.length) throw linkIsOver();
  return link;
}

export const linkIsOver = (): AppError =>
  new AppError(
    "NOT_FOUND",
    "This link has been used, has ended, or is not whole. Ask an administrator for a new one.",
  );
