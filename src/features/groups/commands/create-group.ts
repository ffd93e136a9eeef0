import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { groups } from "../../../db/schema/people";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { getGroup } from "../queries";
import type { CreateGroupInput, Group } from "../schema";
import { nameIsTaken } from "./name-is-taken";

/** Throws CONFLICT where a group has the name. */
export async function createGroup(caller: Caller, { name, claim = null }: CreateGroupInput): Promise<Group> {
  const scope = authorizeAdministrator(caller);
  return createOnce(caller, scope, "groups.create", (commit) =>
    commit(async (tx) => {
      const [made] = await tx
        .insert(groups)
        .values({ name, claim })
        .onConflictDoNothing()
        .returning({ id: groups.id });
      if (!made) throw nameIsTaken(name);
      audit(tx, { target: { type: "group", id: made.id, name }, after: { claim } });
      return getGroup(tx, made.id);
    }),
  );
}
