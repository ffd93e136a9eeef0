import { and, eq, ilike, or, type SQL, sql } from "drizzle-orm";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { workflowRuns } from "../../../db/schema/runs";
import { RUN_STATUSES, type RunStatus } from "../../../model/states";
import type { RunFilter } from "../schema";

/** SQL condition for rows of `workflow_runs` that match the filters, for lists, counts and cancelling. */
export function isMatch({
  project_id,
  status,
  workflow_definition_id,
  user_id,
  q,
  pinned,
}: RunFilter): SQL | undefined {
  const { project_id: of, status: is, workflow_definition_id: made_of, user_id: by } = workflowRuns;
  return and(
    eq(of, project_id),
    status && sql`${is} in (${inText(status)})`,
    workflow_definition_id ? eq(made_of, definitionIdOf(project_id, workflow_definition_id)) : undefined,
    user_id ? eq(by, user_id) : undefined,
    q ? isNamed(q) : undefined,
    pinned === undefined ? undefined : isPinned(pinned),
  );
}

/**
 * Statuses stand in the statement's text: a plan for any of them would look through all of a project's ended runs for
 * the few that work.
 */
function inText(statuses: readonly RunStatus[]): SQL {
  const known = RUN_STATUSES.filter((status) => statuses.includes(status));
  return sql.raw(known.map((status) => `'${status}'`).join(", ") || "null");
}

/** Few runs are pinned, so their own table leads to them. */
function isPinned(pinned: boolean): SQL {
  const pins = sql`(select workflow_run_id from workflow_run_pins)`;
  return pinned ? sql`${workflowRuns.id} in ${pins}` : sql`${workflowRuns.id} not in ${pins}`;
}

/** The run's name contains the text, or its number equals it: `#12` does not match `#120`. */
function isNamed(text: string): SQL | undefined {
  const { name, number } = workflowRuns;
  const [, hash = "", meant] = /^(#?)0*([1-9]\d{0,8})$/.exec(text) ?? [];
  if (meant === undefined) return ilike(name, `%${escapeLike(text)}%`);
  const inName = hash ? sql`${name} ~ ${`#${meant}(?!\\d)`}` : ilike(name, `%${text}%`);
  return or(eq(number, Number(meant)), inName);
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** SQL for the id of the project's definition with this id or slug. */
export function definitionIdOf(of_project: string, id_or_slug: string): SQL {
  const { id, slug, project_id } = workflowDefinitions;
  return sql`(
    select ${id} from ${workflowDefinitions}
    where ${project_id} = ${of_project} and (${id} = ${id_or_slug} or ${slug} = ${id_or_slug})
    order by ${id} = ${id_or_slug} desc limit 1)`;
}
