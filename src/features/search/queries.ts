import { type SQL, sql } from "drizzle-orm";
import type { Caller } from "../../auth/scope";
import { toIso } from "../../db/schema/columns";
import { tsqueryOf } from "../../lib/search-words";
import { isFoundRow } from "../runs/queries/is-match";
import { type Found, MAX_FOUND, type SearchInput } from "./schema";

/** Newest runs of a project that are looked through one by one. */
const NEWEST = 500;
/** Projects whose newest runs are: the asked one, and those in which something happened last. */
const PROJECTS = 12;
/** Runs that are taken from the index of words, of which the newest are given. */
const FROM_INDEX = 200;

/** The caller's projects; a token for one project sees that one alone. */
const own = ({ actor }: Caller) => sql`
  select role.project_id from project_roles role where role.user_id = ${actor.user_id}
  ${actor.type === "token" && actor.project_id !== null ? sql`and role.project_id = ${actor.project_id}` : sql``}`;

/** What the caller may see of what is asked for. The parts are asked for at once. */
export async function find(caller: Caller, { q, project_id }: SearchInput): Promise<Found> {
  const [runs, definitions, projects, people] = await Promise.all([
    findRuns(caller, q, project_id),
    findDefinitions(caller, q, project_id),
    findProjects(caller, q),
    findPeople(caller, q, project_id),
  ]);
  return { runs, definitions, projects, people };
}

type FoundRuns = Found["runs"];

/**
 * What many runs have is found among the newest of each project; where that gives too few, what few runs have is found from
 * the index of words. So neither a common nor a rare word reads much of a million runs.
 */
async function findRuns(caller: Caller, q: string, project_id = ""): Promise<FoundRuns> {
  const newest = sql`
    select r.id from (
      select p.id from projects p where p.id in (${own(caller)})
      order by p.id = ${project_id} desc, p.updated_at desc limit ${sql.raw(String(PROJECTS))}
    ) p
    cross join lateral (
      select newest.id from (
        select * from workflow_runs r where r.project_id = p.id
        order by r.created_at desc, r.id desc limit ${sql.raw(String(NEWEST))}
      ) newest where ${isFoundRow(q, "newest")}
      order by newest.created_at desc limit ${sql.raw(String(MAX_FOUND))}
    ) r`;
  const [, meant] = /^#?0*([1-9]\d{0,8})$/.exec(q) ?? [];
  const byNumber =
    meant === undefined
      ? sql``
      : sql`union select r.id from workflow_runs r where r.project_id in (${own(caller)}) and r.number = ${Number(meant)}`;
  const near = await readRuns(caller, sql`${newest} ${byNumber}`, project_id, meant);
  const query = q.startsWith("#") ? null : tsqueryOf(q);
  if (near.length >= MAX_FOUND || query === null) return near;
  const far = await readRuns(
    caller,
    sql`select found.workflow_run_id from (
          select workflow_run_id, project_id from run_search where words @@ ${query}::tsquery
          limit ${sql.raw(String(FROM_INDEX))}
        ) found where found.project_id in (${own(caller)})`,
    project_id,
    meant,
  );
  const known = new Set(near.map(({ id }) => id));
  return [...near, ...far.filter(({ id }) => !known.has(id))].slice(0, MAX_FOUND);
}

async function readRuns({ db }: Caller, ids: SQL, project_id: string, number = "0"): Promise<FoundRuns> {
  const { rows } = await db.execute<FoundRuns[number] & Record<string, unknown>>(sql`
    select r.id, r.number, r.name, r.status, d.name as definition_name, r.created_at,
           p.id as project_id, p.name as project_name, p.slug as project_slug
    from workflow_runs r
    join workflow_definitions d on d.id = r.workflow_definition_id
    join projects p on p.id = r.project_id
    where r.id in (${ids})
    order by r.project_id = ${project_id} desc, r.number = ${Number(number)} desc, r.created_at desc, r.id
    limit ${sql.raw(String(MAX_FOUND))}`);
  return rows.map((row) => ({ ...row, created_at: toIso(row.created_at) }));
}

/** Each word of the text begins a word of the name, or stands in it. */
const isNamed = (name: SQL, q: string) =>
  sql.join(
    q
      .split(/\s+/)
      .slice(0, 10)
      .map((word) => sql`${name} ilike ${`%${word.replace(/[\\%_]/g, "\\$&")}%`}`),
    sql` and `,
  );

async function findDefinitions(caller: Caller, q: string, project_id = ""): Promise<Found["definitions"]> {
  const { rows } = await caller.db.execute<Found["definitions"][number] & Record<string, unknown>>(sql`
    select d.id, d.name, d.slug, p.id as project_id, p.name as project_name, p.slug as project_slug
    from workflow_definitions d join projects p on p.id = d.project_id
    where d.project_id in (${own(caller)}) and d.status <> 'archived'
      and ${isNamed(sql`(d.name || ' ' || d.slug)`, q)}
    order by d.project_id = ${project_id} desc, lower(d.name), d.id limit ${sql.raw(String(MAX_FOUND))}`);
  return rows;
}

async function findProjects(caller: Caller, q: string): Promise<Found["projects"]> {
  const { rows } = await caller.db.execute<Found["projects"][number] & Record<string, unknown>>(sql`
    select p.id, p.name, p.slug from projects p
    where p.id in (${own(caller)}) and ${isNamed(sql`(p.name || ' ' || p.slug)`, q)}
    order by lower(p.name), p.id limit ${sql.raw(String(MAX_FOUND))}`);
  return rows;
}

async function findPeople(caller: Caller, q: string, project_id = ""): Promise<Found["people"]> {
  const { rows } = await caller.db.execute<Found["people"][number] & Record<string, unknown>>(sql`
    select u.id as user_id, u.name,
           (array_agg(p.slug order by p.id = ${project_id} desc, lower(p.name)))[1] as project_slug
    from users u
    join project_roles theirs on theirs.user_id = u.id and theirs.project_id in (${own(caller)})
    join projects p on p.id = theirs.project_id
    where u.project_id is null and u.disabled_at is null and ${isNamed(sql`u.name`, q)}
    group by u.id, u.name
    order by bool_or(p.id = ${project_id}) desc, lower(u.name), u.id limit ${sql.raw(String(MAX_FOUND))}`);
  return rows;
}
