import { type SQL, sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { mentionedIn, withMentions } from "../../../lib/mention";
import { decodeCursor, encodeCursor, PAGE_BYTES } from "../../../lib/page";
import { NEWS } from "../../../model/inbox";
import type { InboxItem, InboxPage, InboxView, ListInboxInput } from "../schema";
import { askedOf, HOLDS, placesOf } from "./questions";

/** News are counted so far, since a person may have left a hundred thousand unread. */
const MOST_COUNTED = 1_000;
/** Characters of a comment that are shown. */
const EXCERPT = 400;

const IS_NEWS = sql`i.reason in ${[...NEWS]}`;

/** SQL: the item `i` is in the view. A question without a row is open. */
const IN_VIEW: Record<InboxView, SQL> = {
  open: sql`i.done_at is null and (i.snoozed_until is null or i.snoozed_until <= now())`,
  snoozed: sql`i.done_at is null and i.snoozed_until > now()`,
  done: sql`i.done_at is not null`,
};

/**
 * What waits for an answer of the caller, and what is news for them, in all of their projects, newest first. One query,
 * and one for the names in comments where there are any.
 */
export async function listInbox({ db, actor }: Caller, input: ListInboxInput): Promise<InboxPage> {
  const { user_id } = actor;
  const [afterTime = "", afterKey = ""] =
    input.cursor === undefined ? [] : decodeCursor(input.cursor, ["time", "text"]);
  const behind =
    input.cursor === undefined ? sql`true` : sql`(i.at, i.key) < (${afterTime}::timestamptz, ${afterKey})`;
  const limit = sql.raw(String(input.limit + 1));
  const [answer] = (
    await db.execute<{ count: number; found: number | null; rows: InboxItem[] }>(sql`
    with ${placesOf(actor)}, ${askedOf(actor)}, questions as (
      select a.*, i.read_at, i.done_at, i.snoozed_until
      from asked a left join inbox_items i on i.user_id = ${user_id} and i.key = a.key
    )
    select (select count(*)::int from questions i where ${IN_VIEW.open}) + (
             select count(*)::int from (
               select 1 from inbox_items i
               join workflow_runs r on r.id = i.workflow_run_id join places on places.project_id = r.project_id
               where i.user_id = ${user_id} and ${IN_VIEW.open} and ${IS_NEWS} and i.read_at is null
               limit ${sql.raw(String(MOST_COUNTED))}) n) as count,
           max(found) as found, coalesce(json_agg(doc order by place), '[]'::json) as rows
    from (
    select doc, place, (count(*) over ())::int as found,
           sum(octet_length(doc::text)) over (order by place) as total
    from (
    select row_to_json(page) as doc, row_number() over (order by page.at desc, page.key desc) as place
    from (
      select found.reason, found.id, found.key, found.at, found.read_at, found.done_at, found.snoozed_until,
             case when found.row_id is not null then found.reason end as waiting_for, found.at as asked_at,
             s.wake_at, s.request, r.user_id = ${user_id} as own, r.error_message, r.first_error,
             (select count(*)::int from reviews d where ${HOLDS} and d.decision = 'approve') as approvals,
             q.tool_call - 'content' - 'input' as tool_call, q.options, g.agent, r.over_budget,
             case when s.id is not null then
               json_build_object('id', s.id, 'step_id', s.step_id, 'name', s.name, 'attempt', s.attempt) end as step,
             case when c.id is not null then json_build_object('id', c.id, 'created_by_name', w.name,
               'text', left(c.text, ${sql.raw(String(EXCERPT))})) end as comment,
             json_build_object('id', r.id, 'number', r.number, 'name', r.name, 'status', r.status,
               'user_name', u.name, 'definition_name', f.name) as run,
             json_build_object('id', p.id, 'name', p.name, 'slug', p.slug) as project
      from (
        select * from (
          select i.reason, i.id, i.row_id, i.run_id, null::text as comment_id, i.at, i.key, i.read_at, i.done_at, i.snoozed_until
          from questions i
          where ${IN_VIEW[input.view]} and ${behind}
          union all (
          select i.reason, coalesce(i.workflow_comment_id, i.workflow_run_id), null, i.workflow_run_id,
                 i.workflow_comment_id, i.at, i.key, i.read_at, i.done_at, i.snoozed_until
          from inbox_items i
          join workflow_runs r on r.id = i.workflow_run_id
          join places on places.project_id = r.project_id
          where i.user_id = ${user_id} and ${IS_NEWS} and ${IN_VIEW[input.view]} and ${behind}
          order by i.at desc, i.key desc
          limit ${limit})
        ) i
        order by i.at desc, i.key desc
        limit ${limit}
      ) found
      join workflow_runs r on r.id = found.run_id
      left join workflow_comments c on c.id = found.comment_id
      left join users w on w.id = c.created_by
      left join workflow_run_steps s on s.id = case
        when found.reason = 'failed' then coalesce(r.first_error ->> 'row_id', (
          select e.id from workflow_run_steps e
          where e.workflow_run_id = r.id and e.status = 'failed' order by e.continue_on_error, e.position limit 1))
        else coalesce(found.row_id, c.workflow_run_step_id) end
      join workflow_definitions f on f.id = r.workflow_definition_id
      join projects p on p.id = r.project_id
      join users u on u.id = r.user_id
      left join agent_permission_requests q on q.id = found.id and found.reason = 'permission'
      left join agent_sessions g on g.id = q.agent_session_id
    ) page
    ) docs
    ) weighed
    where place <= ${sql.raw(String(input.limit))}
      and (place = 1 or total <= ${sql.raw(String(PAGE_BYTES))})`)
  ).rows;
  const { count = 0, found, rows = [] } = answer ?? {};
  const items = await withNames(db, rows.map(withInstants));
  const last = items.at(-1);
  const more = last !== undefined && (found ?? 0) > items.length;
  return { items, next_cursor: more ? encodeCursor([last.at, last.key]) : null, count };
}

const TIMES = ["at", "asked_at", "wake_at", "read_at", "done_at", "snoozed_until"] as const;

function withInstants(item: InboxItem): InboxItem {
  const times = TIMES.flatMap((name) => {
    const value = (item as Partial<Record<(typeof TIMES)[number], string | null>>)[name];
    return typeof value === "string" ? [[name, toIso(value)]] : [];
  });
  return { ...item, ...Object.fromEntries(times) };
}

async function withNames(db: ReadDb, items: InboxItem[]): Promise<InboxItem[]> {
  const ids = items.flatMap((item) =>
    "comment" in item && item.comment ? mentionedIn(item.comment.text) : [],
  );
  if (ids.length === 0) return items;
  const { rows } = await db.execute<{ id: string; name: string }>(
    sql`select id, name from users where id = any(${sql.param(ids)}::text[])`,
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return items.map((item) => {
    if (!("comment" in item && item.comment)) return item;
    const text = withMentions(item.comment.text, (id) => {
      const name = names.get(id);
      return name === undefined ? null : `@${name}`;
    });
    return { ...item, comment: { ...item.comment, text } };
  });
}
