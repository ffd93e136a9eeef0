import { type SQL, sql } from "drizzle-orm";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { decodeCursor, encodeCursor } from "../../../lib/page";
import { listed, withIsoInstants } from "../../runs/queries/list-runs";
import type { RunListItem } from "../../runs/schema";
import type { BoardGroup } from "../groups";
import { type Board, type BoardColumn, COLUMN_PAGE } from "../schema";
import {
  type ColumnRule,
  ENDED_AT,
  isActive,
  isFailed,
  isRecent,
  keyOf,
  type Order,
  ruleOf,
} from "./columns-of";

export interface Counted extends Record<string, unknown> {
  key: string;
  count: number;
}

/** Cards of a board's first answer at most; many columns have fewer each. */
const FIRST_CARDS = 160;
const LEAST_CARDS = 4;
/** Columns of a board at most, those with most runs. */
const MAX_COLUMNS = 60;

/** How many runs each column has, those with none left out. `where`: the board's projects and filters. */
export async function countColumns(db: ReadDb, where: SQL, group: BoardGroup): Promise<Counted[]> {
  const { rows } = await db.execute<Counted>(sql`
    select key, sum(count)::int as count from (
      select ${keyOf(group)} as key, count(*) as count from workflow_runs where ${where} and ${isActive} group by 1
      union all
      select ${keyOf(group)}, count(*) from workflow_runs where ${where} and ${isFailed} group by 1
      union all
      select 'recent', count(*) from workflow_runs where ${where} and ${isRecent}
    ) counted
    where key is not null and count > 0 group by 1
    order by 2 desc, 1 limit ${sql.raw(String(MAX_COLUMNS))}`);
  return rows;
}

const SORTED: Record<Order, { by: SQL; after: (time: string, id: string) => SQL }> = {
  newest: {
    by: sql.raw("workflow_runs.created_at desc, workflow_runs.id desc"),
    after: (time, id) => sql`(workflow_runs.created_at, workflow_runs.id) < (${time}::timestamptz, ${id})`,
  },
  oldest: {
    by: sql.raw("workflow_runs.created_at asc, workflow_runs.id asc"),
    after: (time, id) => sql`(workflow_runs.created_at, workflow_runs.id) > (${time}::timestamptz, ${id})`,
  },
  ended: {
    by: sql`${ENDED_AT} desc, workflow_runs.id desc`,
    after: (time, id) => sql`(${ENDED_AT}, workflow_runs.id) < (${time}::timestamptz, ${id})`,
  },
};

const TIME: Record<Order, SQL> = {
  newest: sql.raw("workflow_runs.created_at"),
  oldest: sql.raw("workflow_runs.created_at"),
  ended: ENDED_AT,
};

interface Place extends Record<string, unknown> {
  key: string;
  id: string;
  at: string;
}

/** SQL for the places of a column's runs, in its order. The limit is in the text, as in all lists. */
function placesOf(
  where: SQL,
  key: string,
  { where: rule, order }: ColumnRule,
  limit: number,
  cursor?: string,
) {
  const [time = "", id = ""] = cursor === undefined ? [] : decodeCursor(cursor, ["time", "text"]);
  const { by, after } = SORTED[order];
  return sql`(
    select ${key}::text as key, workflow_runs.id, ${TIME[order]} as at from workflow_runs
    where ${where} and ${rule} ${cursor === undefined ? sql`` : sql`and ${after(time, id)}`}
    order by ${by} limit ${sql.raw(String(limit))})`;
}

/** The runs with these ids as lists have them, in no order. `where` narrows them. */
export async function readRuns(db: ReadDb, ids: string[], where: SQL = sql`true`): Promise<RunListItem[]> {
  if (ids.length === 0) return [];
  const answer = await db.execute<{ rows: RunListItem[] }>(sql`
    select coalesce(json_agg(page), '[]'::json) as rows from (${listed(sql`
      select workflow_runs.* from workflow_runs
      where workflow_runs.id = any(${sql.param(ids)}::text[]) and ${where}`)}) page`);
  return withIsoInstants(answer.rows[0]?.rows ?? []);
}

const cursorOf = ({ at, id }: Place) => encodeCursor([toIso(at), id]);

/** A page of one column, in its order. */
export async function readColumn(
  db: ReadDb,
  where: SQL,
  key: string,
  rule: ColumnRule,
  cursor: string | undefined,
): Promise<{ items: RunListItem[]; next_cursor: string | null }> {
  const { rows } = await db.execute<Place>(placesOf(where, key, rule, COLUMN_PAGE + 1, cursor));
  const places = rows.slice(0, COLUMN_PAGE);
  const runs = new Map(
    (
      await readRuns(
        db,
        places.map(({ id }) => id),
      )
    ).map((run) => [run.id, run]),
  );
  const last = places.at(-1);
  return {
    items: places.flatMap(({ id }) => runs.get(id) ?? []),
    next_cursor: last && rows.length > COLUMN_PAGE ? cursorOf(last) : null,
  };
}

/** The first cards of all columns. Two queries. */
export async function readFirst(
  db: ReadDb,
  where: SQL,
  group: BoardGroup,
  columns: Omit<BoardColumn, "next_cursor">[],
  { own, most = COLUMN_PAGE }: { own?: ColumnRule | undefined; most?: number } = {},
): Promise<Board> {
  const filled = columns.filter(({ count }) => count > 0);
  const each = Math.max(LEAST_CARDS, Math.min(most, Math.floor(FIRST_CARDS / Math.max(1, filled.length))));
  const parts = filled.flatMap(({ key }) => {
    const rule = own ?? ruleOf(key, group);
    return rule ? [placesOf(where, key, rule, each + 1)] : [];
  });
  const rows = parts.length === 0 ? [] : (await db.execute<Place>(sql.join(parts, sql` union all `))).rows;
  const next = new Map<string, string>();
  const ids: string[] = [];
  for (const { key } of filled) {
    const places = rows.filter((row) => row.key === key);
    const shown = places.slice(0, each);
    const last = shown.at(-1);
    if (last && places.length > each) next.set(key, cursorOf(last));
    ids.push(...shown.map(({ id }) => id));
  }
  return {
    columns: columns.map((column) => ({ ...column, next_cursor: next.get(column.key) ?? null })),
    items: await readRuns(db, ids),
  };
}
