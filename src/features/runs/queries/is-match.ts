import { type SQL, sql } from "drizzle-orm";
import type { RunFilter } from "../schema";

/** True of a row of `workflow_runs` that the filters leave. They mean the same wherever runs are listed, counted or cancelled. */
export function isMatch({ project_id, status, workflow_definition_id, user_id, q }: RunFilter): SQL {
  return sql`(project_id = ${project_id}
    ${status ? sql`and status in ${status}` : sql``}
    ${workflow_definition_id ? sql`and workflow_definition_id = ${idOf(project_id, workflow_definition_id)}` : sql``}
    ${user_id ? sql`and user_id = ${user_id}` : sql``}
    ${q ? sql`and ${isNamed(q)}` : sql``})`;
}

/** A run's name holds the text, or its number is meant; `#12` is not the beginning of `#120`. */
function isNamed(text: string): SQL {
  const [, hash = "", number] = /^(#?)0*([1-9]\d{0,8})$/.exec(text) ?? [];
  if (number === undefined) return sql`name ilike ${`%${escapeLike(text)}%`}`;
  const inName = hash ? sql`name ~ ${`#${number}(?!\\d)`}` : sql`name ilike ${`%${text}%`}`;
  return sql`(number = ${Number(number)} or ${inName})`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** Of the project's definition that has this id, or this slug. */
function idOf(project_id: string, id_or_slug: string): SQL {
  return sql`(
    select id from workflow_definitions
    where project_id = ${project_id} and (id = ${id_or_slug} or slug = ${id_or_slug})
    order by id = ${id_or_slug} desc limit 1)`;
}
