import { type SQL, sql } from "drizzle-orm";
import { isAlive } from "../../../auth/sessions";
import type { Db } from "../../../db/client";
import { sessions } from "../../../db/schema/sessions";
import type { Pace } from "./pace";

/** For so long what has ended is still shown to its person. */
const SHOWN = sql`interval '30 days'`;
/** Who did not look for so long finds everything new. */
const FORGOTTEN = sql`interval '90 days'`;
/** For so long a revision may still be the one that a run is being made with, though there is a newer one. */
const SETTLED = sql`interval '1 day'`;
/** So many of the newest revisions of each definition stay, whether a run has them or not. */
const KEPT_REVISIONS = 50;
/** Revisions that one statement deletes: for each, the database looks whether a run of its definition has it. */
const REVISIONS = 5;
const ROWS = 1_000;

/** What nobody uses any more, of the installation: by the name of the table, how much went. */
export async function sweepLeftOvers(db: Db, pace: Pace): Promise<Record<string, number>> {
  return {
    sessions: await drain(
      db,
      pace,
      sql`
      delete from ${sessions} where id in (
        select id from ${sessions} where not ${isAlive} limit ${sql.raw(String(ROWS))})`,
      ROWS,
    ),
    tokens: await drain(
      db,
      pace,
      sql`
      delete from api_tokens where id in (
        select id from api_tokens where least(revoked_at, expires_at) < now() - ${SHOWN} limit ${sql.raw(String(ROWS))})`,
      ROWS,
    ),
    links: await drain(
      db,
      pace,
      sql`
      delete from account_links where id in (
        select id from account_links where least(used_at, expires_at) < now() - ${SHOWN} limit ${sql.raw(String(ROWS))})`,
      ROWS,
    ),
    inbox: await drain(
      db,
      pace,
      sql`
      delete from inbox_items where (user_id, key) in (
        select user_id, key from inbox_items where done_at < now() - ${SHOWN} limit ${sql.raw(String(ROWS))})`,
      ROWS,
    ),
    looks: await drain(
      db,
      pace,
      sql`
      delete from looks where (user_id, subject) in (
        select user_id, subject from looks where seen_at < now() - ${FORGOTTEN} limit ${sql.raw(String(ROWS))})`,
      ROWS,
    ),
    limits: await drain(
      db,
      pace,
      sql`
      delete from rate_limits where key in (
        select key from rate_limits where expire < now() - interval '1 day' limit ${sql.raw(String(ROWS))})`,
      ROWS,
    ),
    revisions: await sweepRevisions(db, pace),
  };
}

/** Repeats a statement that deletes at most so many rows, until it finds fewer. */
async function drain(db: Db, pace: Pace, statement: SQL, most: number): Promise<number> {
  for (let removed = 0; ; ) {
    const count = await pace.step(async () => (await db.execute(statement)).rowCount ?? 0);
    removed += count;
    if (count < most || pace.isOver) return removed;
  }
}

/**
 * Revisions of definitions that no run has, and that are not among the newest, to which people go back. A run in the making holds its revision, which was
 * the newest then: so the one behind it has to be older than any such transaction.
 */
async function sweepRevisions(db: Db, pace: Pace): Promise<number> {
  const { rows: definitions } = await db.execute<{ id: string }>(sql`
    select workflow_definition_id as id from workflow_definition_revisions
    group by 1 having count(*) > 1 order by 1`);
  let removed = 0;
  for (const { id } of definitions) {
    if (pace.isOver) break;
    removed += await sweepRevisionsOf(db, pace, id);
  }
  return removed;
}

async function sweepRevisionsOf(db: Db, pace: Pace, definition_id: string): Promise<number> {
  const unused = await pace.step(async () => {
    const { rows } = await db.execute<{ id: string }>(sql`
      with used as materialized (
        select distinct revision from workflow_runs where workflow_definition_id = ${definition_id})
      select v.id from workflow_definition_revisions v
      where v.workflow_definition_id = ${definition_id} and v.number not in (select revision from used)
        and v.number < (
          select min(number) from (
            select number from workflow_definition_revisions where workflow_definition_id = ${definition_id}
            order by number desc limit ${KEPT_REVISIONS}) kept)
        and exists (
          select from workflow_definition_revisions newer
          where newer.workflow_definition_id = v.workflow_definition_id and newer.number > v.number
            and newer.created_at < now() - ${SETTLED})
      order by v.number`);
    return rows.map(({ id }) => id);
  });
  let removed = 0;
  for (let at = 0; at < unused.length && !pace.isOver; at += REVISIONS) {
    const ids = unused.slice(at, at + REVISIONS);
    removed += await pace.step(async () => {
      // A run that was moved to one of them meanwhile would go along, so it is looked at again.
      const { rowCount } = await db.execute(sql`
        delete from workflow_definition_revisions v where v.id = any(${sql.param(ids)}::text[])
          and not exists (
            select from workflow_runs r
            where r.workflow_definition_id = v.workflow_definition_id and r.revision = v.number)`);
      return rowCount ?? 0;
    });
  }
  return removed;
}
