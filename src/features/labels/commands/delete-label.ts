import { eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { labels } from "../../../db/schema/labels";
import { audit, emit, transact } from "../../../events/emit";
import { getLabel } from "../queries";

/** Deletes a label and takes it off its runs. */
export async function deleteLabel(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const { project_id, name, color } = await getLabel(caller.db, id);
  const scope = await authorizeProject(caller, project_id, "project:write");
  return transact(caller, scope, "labels.delete", async (tx) => {
    await tx.delete(labels).where(eq(labels.id, id));
    audit(tx, { target: { type: "label", id, name }, before: { color } });
    emit(tx, scope, "workflow.label.changed", { label_id: id });
    return { id };
  });
}
