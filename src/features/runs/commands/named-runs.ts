import { and, eq, inArray } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import type { RunFilter } from "../schema";

/** Throws BAD_REQUEST where a call names both ids and filters. */
export function refuseFilters({ project_id: _, ...filters }: RunFilter): void {
  const names = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length === 0) return;
  const details = names.map((path) => ({ path, message: "goes without ids: give the ones or the other" }));
  throw new AppError("BAD_REQUEST", `${names[0]} goes without ids: give the ones or the other.`, details);
}

/** Throws NOT_FOUND if one of the ids is no run of the project. `nothing` says that no other run was changed. */
export async function checkIds(
  { db }: Caller,
  project_id: string,
  ids: string[],
  nothing: string,
): Promise<void> {
  const rows = await db
    .select({ id: workflowRuns.id })
    .from(workflowRuns)
    .where(and(eq(workflowRuns.project_id, project_id), inArray(workflowRuns.id, ids)));
  const known = new Set(rows.map(({ id }) => id));
  const strange = ids.filter((id) => !known.has(id));
  if (strange.length === 0) return;
  const details = strange.map((id) => ({ path: "ids", message: `${id} is no run of the project` }));
  throw new AppError("NOT_FOUND", `The project has no run ${strange[0]}. ${nothing}`, details);
}
