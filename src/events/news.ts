import { type SQL, sql } from "drizzle-orm";
import { MENTION_SQL, MOST_MENTIONED } from "../lib/mention";
import { PROJECT_ROLES, roleFor } from "../model/roles";

/** An event as a transaction collects it. */
interface Told {
  project_id: string;
  type: string;
  data: object;
}

/** A kind of news, with the ids of what it is about: of runs, of comments, or of a project. */
type Kind = "failed" | "completed" | "assigned" | "written" | "edited" | "asked";

/**
 * Which event is news; the kinds below say for whom. Nothing else puts anything into an inbox, and what is sent by
 * other ways (a browser's notification) is taken from there.
 */
function newsOf({ project_id, type, data }: Told): [Kind, string] | null {
  const { execution_id, status, comment_id, assigned_to } = data as Record<string, string>;
  switch (type) {
    case "workflow.execution.status_changed":
      if (status === "failed") return ["failed", execution_id ?? ""];
      if (status === "completed") return ["completed", execution_id ?? ""];
      return status === "paused" ? ["asked", project_id] : null;
    case "workflow.execution.updated":
      return assigned_to ? ["assigned", execution_id ?? ""] : null;
    case "workflow.comment.created":
      return ["written", comment_id ?? ""];
    case "workflow.comment.updated":
      return ["edited", comment_id ?? ""];
    // Questions are found in the runs. Their people are only told to look.
    case "workflow.step.waiting":
    case "workflow.review.submitted":
      return ["asked", project_id];
    default:
      return null;
  }
}

/** The most comments of a run whose writers are looked at for who takes part in it. */
const TALK = sql.raw("200");

/** SQL: who asked to hear of the run `r`, or has it to look after. */
const ASKED_TO_HEAR = sql`
  select n.user_id from run_followers n where n.workflow_run_id = r.id
  union all
  select r.assignee_id`;

/** SQL: who follows the run `r`: who started it, who asked to, and who wrote about it lately. */
const FOLLOWERS = sql`lateral (
  select r.user_id
  union all ${ASKED_TO_HEAR}
  union all
  select w.created_by from (
    select c.created_by from workflow_comments c
    where c.workflow_run_id = r.id and c.comment_type = 'user'
    order by c.created_at desc limit ${TALK}) w) f`;

/** SQL: `u` is a person who can come in and has a role in the project of `r`. Machine accounts and disabled people get no news. */
const REACHES = sql`join users u on u.id = f.user_id and u.disabled_at is null and u.project_id is null
  where exists (select 1 from project_roles p where p.project_id = r.project_id and p.user_id = f.user_id)`;

/** SQL: what is there already is news again. */
const ANEW = sql`on conflict (user_id, key) do update
  set at = excluded.at, read_at = null, done_at = null, snoozed_until = null`;

/** The statement of each kind; it writes the rows and gives the ids of those whose inbox changed. */
const WRITES: Record<Kind, (ids: string[]) => SQL> = {
  failed: (ids) => sql`
    insert into inbox_items (user_id, key, reason, workflow_run_id)
    select distinct f.user_id, 'failed:' || r.id, 'failed', r.id
    from workflow_runs r cross join ${FOLLOWERS} ${REACHES} and r.id = any(${textArray(ids)})
    ${ANEW} returning user_id`,

  // Its failure is no news any more. What a schedule or a webhook started succeeds in silence, but for who asked to hear.
  completed: (ids) => sql`
    with mended as (
      update inbox_items set done_at = now()
      where workflow_run_id = any(${textArray(ids)}) and reason = 'failed' and done_at is null
      returning user_id
    ), told as (
      insert into inbox_items (user_id, key, reason, workflow_run_id)
      select distinct f.user_id, 'finished:' || r.id, 'finished', r.id
      from workflow_runs r cross join lateral (
        select r.user_id where r.workflow_trigger_id is null
        union all ${ASKED_TO_HEAR}) f ${REACHES} and r.id = any(${textArray(ids)})
      ${ANEW} returning user_id
    )
    select user_id from mended union select user_id from told`,

  assigned: (ids) => sql`
    insert into inbox_items (user_id, key, reason, workflow_run_id)
    select f.user_id, 'assigned:' || r.id, 'assigned', r.id
    from workflow_runs r cross join lateral (select r.assignee_id as user_id) f ${REACHES} and r.id = any(${textArray(ids)})
    ${ANEW} returning user_id`,

  written: (ids) =>
    commentWrite(
      ids,
      sql`
    ${MENTIONED}
    union all
    select c.id, e.created_by, 'answered', 2
    from c cross join lateral (
      select e.created_by from workflow_comments e
      where e.workflow_run_id = c.workflow_run_id and e.comment_type = 'user' and e.created_at <= c.created_at
        and e.id <> all(${textArray(ids)})
      order by e.created_at desc limit ${TALK}) e
    where c.comment_type = 'user'
    union all
    select c.id, t.created_by, 'answered', 2
    from c join workflow_comments t on t.comment_type = 'user' and (t.id = c.parent_id or t.parent_id = c.parent_id)
    where c.comment_type = 'user'
    union all
    select c.id, c.starter, 'commented', 3 from c where c.comment_type = 'user'`,
    ),

  edited: (ids) => commentWrite(ids, MENTIONED),

  asked: (ids) => sql`
    select distinct p.user_id from project_roles p
    where p.project_id = any(${textArray(ids)})
      and array_position(${textArray([...PROJECT_ROLES])}, p.role) >= ${PROJECT_ROLES.indexOf(roleFor("run:write")) + 1}`,
};

const MENTIONED = sql`
  select c.id, m.user_id, 'mentioned' as reason, 1 as rank
  from c cross join lateral (
    select distinct m[1] as user_id from regexp_matches(c.text, ${MENTION_SQL}, 'g') m limit ${sql.raw(String(MOST_MENTIONED))}) m`;

/**
 * One row a person and comment, for the best reason that there is; the comments of a review are one. What the system
 * notes is no news, and an agent's comment only to whom it names. Nobody hears of their own.
 */
const commentWrite = (ids: string[], recipients: SQL): SQL => sql`
  with c as materialized (
    select c.id, c.workflow_run_id, c.created_by, c.comment_type, c.text, c.parent_id, c.created_at, r.user_id as starter,
           r.project_id, case when c.review_id is null then 'comment:' || c.id else 'review:' || c.review_id end as key
    from workflow_comments c join workflow_runs r on r.id = c.workflow_run_id
    where c.id = any(${textArray(ids)}) and c.comment_type <> 'system'
  ), recipients (id, user_id, reason, rank) as (${recipients})
  insert into inbox_items (user_id, key, reason, workflow_run_id, workflow_comment_id)
  select distinct on (f.user_id, r.key) f.user_id, r.key, f.reason, r.workflow_run_id, r.id
  from c r join recipients f on f.id = r.id ${REACHES} and f.user_id is distinct from r.created_by
  order by f.user_id, r.key, f.rank, r.created_at
  on conflict (user_id, key) do nothing returning user_id`;

/** The statements that put what a transaction tells of into the inboxes. */
export function newsWrites(told: readonly Told[]): SQL[] {
  const kinds = new Map<Kind, Set<string>>();
  for (const event of told) {
    const [kind, id] = newsOf(event) ?? [];
    if (kind && id) kinds.set(kind, (kinds.get(kind) ?? new Set()).add(id));
  }
  return [...kinds].map(([kind, ids]) => WRITES[kind]([...ids]));
}

const textArray = (values: string[]): SQL => sql`${sql.param(values)}::text[]`;
