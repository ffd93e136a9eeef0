import { and, eq, isNotNull, sql } from "drizzle-orm";
import { takeAccountLink } from "../../../auth/account-links";
import { type Claims, emailOf, hasClaim, isAllowed } from "../../../auth/oidc/claims";
import type { SsoRefusal } from "../../../auth/oidc/refusal";
import { findUserByEmail, noteSignIn } from "../../../auth/users";
import type { Db, Tx } from "../../../db/client";
import { groupMembers, groups, identities } from "../../../db/schema/people";
import { users } from "../../../db/schema/users";
import { audit, commit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import type { AllowRule } from "../../../lib/oidc-settings";

/** Why the person went to the provider, beside signing in. */
export interface Purpose {
  /** Signed in already, they link their account. */
  link_user_id?: string | undefined;
  /** The token of an invitation or a reset link. */
  link_token?: string | undefined;
  /** They wanted to link an account, and are not signed in to it any more. */
  over?: true;
}

export type Entered = { user: { id: string; name: string; email: string } } | { refused: SsoRefusal };

class Refused extends Error {
  constructor(readonly why: SsoRefusal) {
    super(why);
  }
}

/**
 * The account of a person whom the provider knows, found by issuer and subject, or linked or made now. An e-mail alone
 * never finds one. Who may come in and which groups they are in is looked at anew each time.
 */
export async function enterByProvider(
  { db, address }: { db: Db; address: string },
  claims: Claims,
  { allow, purpose = {} }: { allow: readonly AllowRule[]; purpose?: Purpose },
): Promise<Entered> {
  const told = { issuer: claims.iss, subject: claims.sub, email: emailOf(claims) };
  const record = (outcome: "done" | "refused") => ({
    action: "users.enterByProvider" as const,
    outcome,
    actor: { type: "anonymous" as const },
    address,
    project_id: null,
  });
  try {
    const user = await commit(db, record("done"), async (tx) => {
      if (purpose.over) throw new Refused("stale");
      refuseOthers(allow, claims);
      const found = await findOrLink(tx, claims, { allow, purpose });
      const moved = await moveGroups(tx, found.id, claims);
      await noteSignIn(tx, found.id);
      audit(tx, { target: { type: "user", id: found.id }, after: { ...told, ...found.how, ...moved } });
      return found;
    });
    return { user };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await commit(db, record("refused"), async (tx) => audit(tx, { after: { ...told, reason: error.why } }));
    return { refused: error.why };
  }
}

function refuseOthers(allow: readonly AllowRule[], claims: Claims): void {
  if (allow.length === 0) return;
  const allowed = isAllowed(allow, claims);
  if (allowed !== true) throw new Refused(allowed === "unverified" ? "email-unverified" : "not-allowed");
}

interface Found {
  id: string;
  name: string;
  email: string;
  how: { linked?: true; created?: true };
}

async function findOrLink(
  tx: Tx,
  claims: Claims,
  { allow, purpose }: { allow: readonly AllowRule[]; purpose: Purpose },
): Promise<Found> {
  const [known] = await tx
    .update(identities)
    .set({ last_used_at: sql`now()`, label: labelOf(claims) })
    .where(and(eq(identities.issuer, claims.iss), eq(identities.subject, claims.sub)))
    .returning({ user_id: identities.user_id });
  if (known) {
    if (purpose.link_user_id && purpose.link_user_id !== known.user_id) throw new Refused("linked-elsewhere");
    return { ...(await enabled(tx, known.user_id)), how: {} };
  }
  if (purpose.link_user_id) return link(tx, purpose.link_user_id, claims);
  if (purpose.link_token) return link(tx, await userOfLink(tx, purpose.link_token), claims);
  return create(tx, claims, allow);
}

async function enabled(tx: Tx, id: string): Promise<Omit<Found, "how">> {
  const [user] = await tx.select().from(users).where(eq(users.id, id));
  if (!user || user.disabled_at !== null) throw new Refused("disabled");
  return { id, name: user.name, email: user.email };
}

async function userOfLink(tx: Tx, token: string): Promise<string> {
  try {
    return (await takeAccountLink(tx, token)).user_id;
  } catch (error) {
    if (error instanceof AppError) throw new Refused("stale");
    throw error;
  }
}

async function link(tx: Tx, user_id: string, claims: Claims): Promise<Found> {
  const user = await enabled(tx, user_id);
  await insertIdentity(tx, user_id, claims);
  return { ...user, how: { linked: true } };
}

async function insertIdentity(tx: Tx, user_id: string, claims: Claims): Promise<void> {
  const [made] = await tx
    .insert(identities)
    .values({ user_id, issuer: claims.iss, subject: claims.sub, label: labelOf(claims) })
    .onConflictDoNothing()
    .returning({ id: identities.id });
  // The same person came twice at once; the other way in has the row.
  if (!made) throw new Refused("stale");
}

/** Somebody new, whom a rule of the installation lets in. Throws where their e-mail is an account's already. */
async function create(tx: Tx, claims: Claims, allow: readonly AllowRule[]): Promise<Found> {
  const email = emailOf(claims);
  if (email && (await findUserByEmail(tx, email))) throw new Refused("exists");
  if (allow.length === 0) throw new Refused("not-invited");
  if (!email) throw new Refused("email-missing");
  if (claims.email_verified === false || claims.email_verified === "false") {
    throw new Refused("email-unverified");
  }
  const [user] = await tx
    .insert(users)
    .values({ email, name: nameOf(claims, email) })
    .onConflictDoNothing()
    .returning({
      id: users.id,
      name: users.name,
      email: users.email,
    });
  if (!user) throw new Refused("exists");
  await insertIdentity(tx, user.id, claims);
  return { ...user, how: { created: true } };
}

const MAX_NAME = 100;

function nameOf({ name, preferred_username }: Claims, email: string): string {
  const said = [name, preferred_username].find((text) => typeof text === "string" && text.trim() !== "");
  return String(said ?? email.split("@")[0])
    .trim()
    .slice(0, MAX_NAME);
}

const labelOf = (claims: Claims): string => (emailOf(claims) ?? nameOf(claims, claims.sub)).slice(0, 254);

/** Puts the person into the groups whose claim they have, and takes them out of those whose claim they have not. */
async function moveGroups(tx: Tx, user_id: string, claims: Claims): Promise<Record<string, string[]>> {
  const byClaim = await tx
    .select({ id: groups.id, name: groups.name, claim: groups.claim, member: groupMembers.user_id })
    .from(groups)
    .leftJoin(groupMembers, and(eq(groupMembers.group_id, groups.id), eq(groupMembers.user_id, user_id)))
    .where(isNotNull(groups.claim));
  const moved: Record<string, string[]> = {};
  for (const { id, name, claim, member } of byClaim) {
    const belongs = claim !== null && hasClaim(claims, claim);
    if (belongs === (member !== null)) continue;
    const theirs = { group_id: id, user_id };
    if (belongs) await tx.insert(groupMembers).values(theirs).onConflictDoNothing();
    else
      await tx
        .delete(groupMembers)
        .where(and(eq(groupMembers.group_id, id), eq(groupMembers.user_id, user_id)));
    const what = belongs ? "groups_joined" : "groups_left";
    moved[what] = [...(moved[what] ?? []), name];
  }
  return moved;
}
