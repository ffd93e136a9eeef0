import { and, eq, ne, sql } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { groups } from "../../../db/schema/people";
import { changed } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { getGroup } from "../queries";
import type { Group, UpdateGroupInput } from "../schema";
import { nameIsTaken } from "./name-is-taken";

/** Changes name or claim. With a claim, who is in the group already stays until they sign in by the provider again. */
export async function updateGroup(caller: Caller, { id, name, claim }: UpdateGroupInput): Promise<Group> {
  const scope = authorizeAdministrator(caller);
  return transact(caller, scope, "groups.update", async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('phaseboard groups'))`);
    const before = await getGroup(tx, id);
    if (name !== undefined) {
      const same = and(eq(sql`lower(${groups.name})`, name.toLowerCase()), ne(groups.id, id));
      if ((await tx.$count(groups, same)) > 0) throw nameIsTaken(name);
    }
    await tx.update(groups).set({ name, claim, updated_at: sql`now()` }).where(eq(groups.id, id));
    audit(tx, {
      target: { type: "group", id, name: before.name },
      ...changed({ name: before.name, claim: before.claim }, { name, claim }),
    });
    return getGroup(tx, id);
  });
}
