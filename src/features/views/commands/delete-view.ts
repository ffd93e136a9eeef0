import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { runViews } from "../../../db/schema/views";
import { audit, transact } from "../../../events/emit";
import { authorizeView } from "../queries";

export async function deleteView(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const { view, scope } = await authorizeView(caller, id);
  return transact(caller, scope, "views.delete", async (tx) => {
    await tx.delete(runViews).where(eq(runViews.id, id));
    const { name, query, shared } = view;
    audit(tx, { target: { type: "view", id, name }, before: { query, shared } });
    return { id };
  });
}
