import { and, desc, eq } from "drizzle-orm";
import type { Caller } from "../../auth/scope";
import { identities } from "../../db/schema/people";
import { requireSession } from "./commands/require-session";
import type { Identity } from "./schema";

/** At most this many are shown; nobody has so many. */
const MOST = 50;

/** The caller's accounts at the provider. */
export async function listIdentities({ db, actor }: Caller): Promise<Identity[]> {
  requireSession(actor);
  return db
    .select({
      id: identities.id,
      issuer: identities.issuer,
      label: identities.label,
      last_used_at: identities.last_used_at,
      created_at: identities.created_at,
    })
    .from(identities)
    .where(and(eq(identities.user_id, actor.user_id)))
    .orderBy(desc(identities.created_at))
    .limit(MOST);
}
