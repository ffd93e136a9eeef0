import { eq } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { groups } from "../../../db/schema/people";
import { audit, transact } from "../../../events/emit";
import { getGroup } from "../queries";

/** Deletes the group with the roles that it has in projects. Its people stay. */
export async function deleteGroup(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const scope = authorizeAdministrator(caller);
  return transact(caller, scope, "groups.delete", async (tx) => {
    const { name, claim } = await getGroup(tx, id);
    audit(tx, { target: { type: "group", id, name }, before: { claim } });
    await tx.delete(groups).where(eq(groups.id, id));
    return { id };
  });
}
