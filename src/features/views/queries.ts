import { and, asc, eq, or, sql } from "drizzle-orm";
import { authorizeProject, type Caller, type ProjectScope } from "../../auth/scope";
import type { ReadDb } from "../../db/client";
import { runViews } from "../../db/schema/views";
import { AppError } from "../../lib/errors";
import type { RunView, RunViewPage } from "./schema";

/** The project's shared views and the caller's own, by name. All of them. */
export async function listViews(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<RunViewPage> {
  await authorizeProject(caller, project_id, "project:read");
  const items = await caller.db
    .select()
    .from(runViews)
    .where(
      and(
        eq(runViews.project_id, project_id),
        or(eq(runViews.shared, true), eq(runViews.created_by, caller.actor.user_id)),
      ),
    )
    .orderBy(asc(runViews.shared), asc(sql`lower(${runViews.name})`), asc(runViews.id));
  return { items, next_cursor: null };
}

/** Throws NOT_FOUND. */
export async function getView(db: ReadDb, id: string): Promise<RunView> {
  const [view] = await db.select().from(runViews).where(eq(runViews.id, id));
  if (!view) throw noSuchView();
  return view;
}

const noSuchView = () => new AppError("NOT_FOUND", "There is no such view.");

/**
 * The view, for who may change it: one's own needs a role in the project, a shared one of somebody else's a maintainer.
 * Somebody else's own one is not there.
 */
export async function authorizeView(
  caller: Caller,
  id: string,
): Promise<{ view: RunView; scope: ProjectScope }> {
  const view = await getView(caller.db, id);
  const isOwn = view.created_by === caller.actor.user_id;
  if (!isOwn && !view.shared) {
    await authorizeProject(caller, view.project_id, "project:read");
    throw noSuchView();
  }
  const needs = isOwn ? (view.shared ? "run:write" : "project:read") : "project:write";
  return { view, scope: await authorizeProject(caller, view.project_id, needs) };
}
