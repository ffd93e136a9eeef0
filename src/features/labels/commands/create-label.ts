import { eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { labels } from "../../../db/schema/labels";
import { createOnce } from "../../../events/create-once";
import { audit, emit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getLabel } from "../queries";
import { type CreateLabelInput, type Label, MAX_LABELS } from "../schema";
import { nameIsTaken } from "./name-is-taken";

/** Throws CONFLICT where the project has a label of that name, or as many labels as it may. */
export async function createLabel(
  caller: Caller,
  { project_id, name, color }: CreateLabelInput,
): Promise<Label> {
  const scope = await authorizeProject(caller, project_id, "run:write");
  return createOnce(caller, scope, "labels.create", (commit) =>
    commit(async (tx) => {
      if ((await tx.$count(labels, eq(labels.project_id, project_id))) >= MAX_LABELS) {
        throw new AppError("CONFLICT", `A project has ${MAX_LABELS} labels at most. Delete one first.`);
      }
      const [made] = await tx
        .insert(labels)
        .values({ project_id, name, color })
        .onConflictDoNothing()
        .returning({ id: labels.id });
      if (!made) throw nameIsTaken(name);
      audit(tx, { target: { type: "label", id: made.id, name }, after: { color } });
      emit(tx, scope, "workflow.label.changed", { label_id: made.id });
      return getLabel(tx, made.id);
    }),
  );
}
