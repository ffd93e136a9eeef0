import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { runViews } from "../../../db/schema/views";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { type CreateViewInput, MAX_VIEWS, type RunView } from "../schema";

/** Everybody who reads the project may keep a view of their own; members may share one. */
export async function createView(caller: Caller, input: CreateViewInput): Promise<RunView> {
  const { project_id, shared } = input;
  const scope = await authorizeProject(caller, project_id, shared ? "run:write" : "project:read");
  const { user_id } = caller.actor;
  return createOnce(caller, scope, "views.create", (commit) =>
    commit(async (tx) => {
      const ofProject = and(eq(runViews.project_id, project_id), eq(runViews.shared, shared));
      const beside = shared ? ofProject : and(ofProject, eq(runViews.created_by, user_id));
      if ((await tx.$count(runViews, beside)) >= MAX_VIEWS) {
        throw new AppError("CONFLICT", `There are ${MAX_VIEWS} such views already. Delete one first.`);
      }
      const [view] = await tx
        .insert(runViews)
        .values({ ...input, created_by: user_id })
        .returning();
      if (!view) throw new Error("the view's row did not come back");
      audit(tx, {
        target: { type: "view", id: view.id, name: view.name },
        after: { query: view.query, shared },
      });
      return view;
    }),
  );
}
