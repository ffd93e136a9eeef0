import { sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { wakerOf } from "../../../events/wake";
import { AppError } from "../../../lib/errors";
import { NEWS } from "../../../model/inbox";
import { askedOf, placesOf } from "../queries/questions";
import type { MarkedInbox, MarkInboxInput } from "../schema";

/**
 * Notes how far the caller is with items of their inbox. It tells the caller's other pages, and leaves no audit row,
 * since reading is nobody's deed. Throws BAD_REQUEST where it says nothing to note.
 */
export async function markInbox(caller: Caller, input: MarkInboxInput): Promise<MarkedInbox> {
  const { user_id } = caller.actor;
  const { keys, run_id, all, read, done, snoozed_until } = input;
  if (read === undefined && done === undefined && snoozed_until === undefined)
    throw new AppError("BAD_REQUEST", "Say what to note: read, done or snoozed_until.");
  const db = bookkeepingOf(caller);
  const named = sql`${sql.param(keys)}::text[]`;
  // A question has a row from the first time that something is noted of it.
  if (keys.length > 0)
    await db.execute(sql`
      with ${placesOf(caller.actor)}, ${askedOf(caller.actor)}
      insert into inbox_items (user_id, key, reason, workflow_run_id, at)
      select ${user_id}, key, reason, run_id, at from asked where key = any(${named})
      on conflict (user_id, key) do nothing`);
  const changes = [
    ...(snoozed_until === undefined
      ? []
      : [sql`snoozed_until = ${snoozed_until}::timestamptz`, sql`read_at = null`, sql`done_at = null`]),
    ...(read === undefined || snoozed_until !== undefined
      ? []
      : [sql`read_at = ${read ? sql`coalesce(i.read_at, now())` : sql`null`}`]),
    ...(done === undefined || snoozed_until !== undefined
      ? []
      : [sql`done_at = ${done ? sql`coalesce(i.done_at, now())` : sql`null`}`, sql`snoozed_until = null`]),
  ];
  const ofNews = sql`i.reason in ${[...NEWS]} and i.done_at is null`;
  const { rowCount } = await db.execute(sql`
    with ${placesOf(caller.actor)}
    update inbox_items i set ${sql.join(changes, sql`, `)}
    from workflow_runs r, places
    where i.user_id = ${user_id} and r.id = i.workflow_run_id and places.project_id = r.project_id
      and (i.key = any(${named})
        or ${run_id === undefined ? sql`false` : sql`(i.workflow_run_id = ${run_id} and ${ofNews})`}
        or ${all === undefined ? sql`false` : all === "news" ? ofNews : sql`(i.reason = ${all} and ${ofNews})`})`);
  const marked = rowCount ?? 0;
  if (marked > 0) wakerOf(db).wake({ channel: "inbox", id: user_id });
  return { marked };
}
