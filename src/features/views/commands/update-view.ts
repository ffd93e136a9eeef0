import { eq, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { runViews } from "../../../db/schema/views";
import { changed } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { authorizeView, getView } from "../queries";
import type { RunView, UpdateViewInput } from "../schema";

/** Changes what is given. Who shares a view must be a member. */
export async function updateView(caller: Caller, { id, ...changes }: UpdateViewInput): Promise<RunView> {
  const { view, scope } = await authorizeView(caller, id);
  if (changes.shared) await authorizeProject(caller, view.project_id, "run:write");
  return transact(caller, scope, "views.update", async (tx) => {
    await tx
      .update(runViews)
      .set({ ...changes, updated_at: sql`now()` })
      .where(eq(runViews.id, id));
    audit(tx, { target: { type: "view", id, name: view.name }, ...changed({ ...view }, changes) });
    return getView(tx, id);
  });
}
