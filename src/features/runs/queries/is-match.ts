import { and, eq, gte, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { workflowRuns } from "../../../db/schema/runs";
import { tsqueryOf } from "../../../lib/search-words";
import { RUN_STATUSES, type RunStatus } from "../../../model/states";
import type { RunFilter } from "../schema";

/** SQL condition for rows of `workflow_runs` that match the filters, for lists, counts and cancelling. */
export function isMatch({
  project_id,
  status,
  workflow_definition_id,
  user_id,
  assignee_id,
  label,
  trigger,
  from,
  to,
  q,
  arg,
  pinned,
  archived,
}: RunFilter): SQL | undefined {
  const { project_id: of, status: is, workflow_definition_id: made_of, user_id: by } = workflowRuns;
  return and(
    eq(of, project_id),
    status && sql`${is} in (${inText(status)})`,
    workflow_definition_id ? eq(made_of, definitionIdOf(project_id, workflow_definition_id)) : undefined,
    user_id ? eq(by, user_id) : undefined,
    assignee_id ? eq(workflowRuns.assignee_id, assignee_id) : undefined,
    ...(label ?? []).map((name) => hasLabel(project_id, name)),
    trigger ? isStartedBy(project_id, trigger) : undefined,
    from ? gte(workflowRuns.created_at, utc(from)) : undefined,
    to ? lt(workflowRuns.created_at, utc(to)) : undefined,
    // An array, so that the plan begins with it, however many the statistics expect.
    q ? sql`${workflowRuns.id} = any(array(${foundIds(project_id, q)}))` : undefined,
    ...(arg ?? []).map((one) => sql`${workflowRuns.id} = any(array(${idsByArg(project_id, one)}))`),
    pinned === undefined ? undefined : isPinned(pinned),
    archived === undefined ? undefined : isArchived(archived),
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

/** In UTC: Postgres rejects offsets above 16 hours. */
const utc = (time: string) => new Date(time).toISOString();

function hasLabel(project_id: string, name: string): SQL {
  return sql`${workflowRuns.id} in (
    select of_run.workflow_run_id from workflow_run_labels of_run join labels l on l.id = of_run.label_id
    where l.project_id = ${project_id} and lower(l.name) = ${name.toLowerCase()})`;
}

function isStartedBy(project_id: string, trigger: NonNullable<RunFilter["trigger"]>): SQL {
  const { workflow_trigger_id } = workflowRuns;
  if (trigger === "none") return isNull(workflow_trigger_id);
  return sql`${workflow_trigger_id} in (
    select t.id from workflow_triggers t join workflow_definitions d on d.id = t.workflow_definition_id
    where d.project_id = ${project_id} and t.kind = ${trigger})`;
}

const isArchived = (archived: boolean): SQL =>
  archived ? isNotNull(workflowRuns.archived_at) : isNull(workflowRuns.archived_at);

/** Few runs are pinned, so their own table leads to them. */
function isPinned(pinned: boolean): SQL {
  const pins = sql`(select workflow_run_id from workflow_run_pins)`;
  return pinned ? sql`${workflowRuns.id} in ${pins}` : sql`${workflowRuns.id} not in ${pins}`;
}

/** Runs of a project whose names are looked through letter by letter, the newest; the words of all are in `run_search`. */
const NEWEST = 1_000;

const isNew = (run: string) =>
  sql.raw(`${run}.number > (select p.run_seq - ${NEWEST} from projects p where p.id = ${run}.project_id)`);

/** SQL: the ids of those of the project for which `is` holds. The limit leads along the index of numbers to them alone. */
const newestIds = (project_id: string, is: SQL) => sql`
  select r.id from (
    select * from workflow_runs n where n.project_id = ${project_id} and ${isNew("n")}
    order by n.number desc limit ${sql.raw(String(NEWEST))}) r
  where ${is}`;

const NUMBER = /^(#?)0*([1-9]\d{0,8})$/;

/** What a search asks of a run's row with the alias `run`, by itself (of its name, where it is new); a number with `#` is no other. */
function foundBy(text: string, run: string): { number?: SQL; name: SQL; words?: SQL } {
  const of = sql.raw(run);
  const [, hash = "", meant] = NUMBER.exec(text) ?? [];
  const inName = hash
    ? sql`${of}.name ~ ${`#${meant}(?!\\d)`}`
    : sql`${of}.name ilike ${`%${escapeLike(text)}%`}`;
  const query = hash ? null : tsqueryOf(text);
  return {
    ...(meant === undefined ? {} : { number: sql`${of}.number = ${Number(meant)}` }),
    name: inName,
    ...(query === null ? {} : { words: sql`found.words @@ ${query}::tsquery` }),
  };
}

/**
 * SQL condition for rows of a project's runs with the alias `run`: the number is the text, a new name contains it, or each
 * of its words begins one of the run's. It asks row by row, for a walk along runs that stops once enough are found.
 */
export function isFoundRow(text: string, run: string): SQL {
  const { number, name, words } = foundBy(text, run);
  // No EXISTS: that might be hashed, and read the words of all runs.
  const inWords =
    words && sql`(select ${words} from run_search found where found.workflow_run_id = ${sql.raw(run)}.id)`;
  return sql`(${sql.join(
    [number, sql`(${isNew(run)} and ${name})`, inWords].filter((each) => each !== undefined),
    sql` or `,
  )})`;
}

/** The same as a query of ids, which begins at the index of words: for what few runs have. */
export function foundIds(project_id: string, text: string): SQL {
  const { number, name, words } = foundBy(text, "r");
  const ofRuns = (is: SQL) =>
    sql`select r.id from workflow_runs r where r.project_id = ${project_id} and ${is}`;
  return sql.join(
    [
      ...(number ? [ofRuns(number)] : []),
      newestIds(project_id, name),
      ...(words
        ? [
            sql`select found.workflow_run_id from run_search found where ${words} and found.project_id = ${project_id}`,
          ]
        : []),
    ],
    sql` union all `,
  );
}

type Arg = readonly [name: string, value: string];

/** The run's arg is the value, as text. */
const hasArg = ([name, value]: Arg, run: string) => sql`${sql.raw(run)}.args ->> ${name}::text = ${value}`;

/** As `foundIds`, for an arg: the index has the words of its value, and no others need be read. */
function idsByArg(project_id: string, arg: Arg): SQL {
  const query = tsqueryOf(arg[1]);
  const ofRuns = sql`select r.id from workflow_runs r where r.project_id = ${project_id} and ${hasArg(arg, "r")}`;
  if (query === null) return ofRuns;
  return sql`${newestIds(project_id, hasArg(arg, "r"))} union all ${ofRuns} and r.id = any(array(
    select found.workflow_run_id from run_search found where found.words @@ ${query}::tsquery))`;
}

/** Whether a run's row is what is looked for by words and args, row by row as `isFoundRow`; undefined: nothing is. */
export function isSoughtRow({ q, arg }: Pick<RunFilter, "q" | "arg">, run: string): SQL | undefined {
  return and(q ? isFoundRow(q, run) : undefined, ...(arg ?? []).map((one) => hasArg(one, run)));
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
