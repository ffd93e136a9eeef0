import { and, eq, ne, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { labels } from "../../../db/schema/labels";
import { changed } from "../../../events/audit";
import { audit, emit, transact } from "../../../events/emit";
import { getLabel } from "../queries";
import type { Label, UpdateLabelInput } from "../schema";
import { nameIsTaken } from "./name-is-taken";

/** Renames or recolors a label, on all its runs. Throws CONFLICT where another has the name. */
export async function updateLabel(caller: Caller, { id, ...changes }: UpdateLabelInput): Promise<Label> {
  const before = await getLabel(caller.db, id);
  const scope = await authorizeProject(caller, before.project_id, "project:write");
  return transact(caller, scope, "labels.update", async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`phaseboard labels ${scope.project_id}`}))`);
    const { name } = changes;
    if (name !== undefined) {
      const isSame = eq(sql`lower(${labels.name})`, name.toLowerCase());
      const taken = and(eq(labels.project_id, scope.project_id), isSame, ne(labels.id, id));
      if ((await tx.$count(labels, taken)) > 0) throw nameIsTaken(name);
    }
    await tx
      .update(labels)
      .set({ ...changes, updated_at: sql`now()` })
      .where(eq(labels.id, id));
    audit(tx, { target: { type: "label", id, name: before.name }, ...changed({ ...before }, changes) });
    emit(tx, scope, "workflow.label.changed", { label_id: id });
    return getLabel(tx, id);
  });
}
