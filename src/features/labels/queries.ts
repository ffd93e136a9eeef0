import { asc, eq, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import type { ReadDb } from "../../db/client";
import { labels } from "../../db/schema/labels";
import { AppError } from "../../lib/errors";
import type { Label, LabelPage } from "./schema";

/** All labels of the project, by name. */
export async function listLabels(caller: Caller, { project_id }: { project_id: string }): Promise<LabelPage> {
  await authorizeProject(caller, project_id, "project:read");
  const items = await caller.db
    .select()
    .from(labels)
    .where(eq(labels.project_id, project_id))
    .orderBy(asc(sql`lower(${labels.name})`));
  return { items, next_cursor: null };
}

/** Throws NOT_FOUND. */
export async function getLabel(db: ReadDb, id: string): Promise<Label> {
  const [label] = await db.select().from(labels).where(eq(labels.id, id));
  if (!label) throw new AppError("NOT_FOUND", "There is no such label.");
  return label;
}

/** SQL for the labels of a run by name, over a row of `workflow_runs` with the alias `run`: a JSON array. */
export const labelsOf = (run: string) => `
  coalesce((
    select json_agg(json_build_object('id', l.id, 'name', l.name, 'color', l.color) order by lower(l.name))
    from workflow_run_labels of_run join labels l on l.id = of_run.label_id
    where of_run.workflow_run_id = ${run}.id), '[]'::json)`;
