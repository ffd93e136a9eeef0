import { eq, inArray, type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller, membership } from "../../../auth/scope";
import type { ReadDb } from "../../../db/client";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { labels } from "../../../db/schema/labels";
import { projects } from "../../../db/schema/projects";
import { projectRoles } from "../../../db/schema/roles";
import { users } from "../../../db/schema/users";
import { AppError } from "../../../lib/errors";
import { VersionedCache } from "../../../lib/versioned-cache";
import { countRuns } from "../../runs/queries/count-runs";
import { definitionIdOf, isMatch } from "../../runs/queries/is-match";
import type { BoardGroup } from "../groups";
import {
  ALL_CARDS,
  type AllBoardInput,
  type Board,
  type BoardChanges,
  type BoardChangesInput,
  type BoardColumn,
  type BoardInput,
  type ColumnInput,
} from "../schema";
import { isOnBoard, ruleOf, statusRule } from "./columns-of";
import { type Counted, countColumns, readColumn, readFirst, readRuns } from "./read-board";

type Head = Omit<BoardColumn, "next_cursor">;

/** A changed name of a person emits no event, and "of late" moves on, so boards are read again after this time. */
const MAX_AGE_MS = 10_000;
const MAX_BOARDS = 50;
const caches = new WeakMap<ReadDb, { boards: VersionedCache<Board>; heads: VersionedCache<Head[]> }>();

/** What boards share until their project's next event. */
function cachesOf(db: ReadDb) {
  const known = caches.get(db) ?? {
    boards: new VersionedCache<Board>(MAX_BOARDS, MAX_AGE_MS),
    heads: new VersionedCache<Head[]>(MAX_BOARDS, MAX_AGE_MS),
  };
  caches.set(db, known);
  return known;
}

const STATUS_COLUMNS = ["pending", "running", "needs_you", "paused", "failed", "recent"];

/**
 * The board's columns with the number of their runs, and the first cards of each. Cached until the project's next event,
 * so boards that are opened together share one read.
 */
export async function getBoard(caller: Caller, input: BoardInput): Promise<Board> {
  const { event_seq } = await authorizeProject(caller, input.project_id, "project:read");
  const { boards } = cachesOf(caller.db);
  const key = JSON.stringify(input);
  const held = boards.get(key, event_seq);
  if (held) return held;
  const own = input.status && statusRule(input.status);
  const heads = await headsOf(caller, input, event_seq);
  const board = await readFirst(caller.db, whereOf(input), input.group_by, heads, { own });
  boards.set(key, event_seq, board);
  return board;
}

/** A further page of one column. */
export async function listColumn(caller: Caller, { key, cursor, ...input }: ColumnInput) {
  await authorizeProject(caller, input.project_id, "project:read");
  const rule = input.status ? statusRule(input.status) : ruleOf(key, input.group_by);
  if (!rule)
    throw new AppError("BAD_REQUEST", `The board has no column ${key}.`, [
      { path: "key", message: "is no column of a board that is grouped so" },
    ]);
  return readColumn(caller.db, whereOf(input), key, rule, cursor);
}

/** What has become of these runs on the board: a run that is missing has left it. */
export async function getChanges(
  caller: Caller,
  { ids, ...input }: BoardChangesInput,
): Promise<BoardChanges> {
  const { event_seq } = await authorizeProject(caller, input.project_id, "project:read");
  const on = input.status ? statusRule(input.status).where : isOnBoard;
  const [columns, items] = await Promise.all([
    headsOf(caller, input, event_seq),
    readRuns(caller.db, ids, sql`${whereOf(input)} and ${on}`),
  ]);
  return { columns, items };
}

/** SQL for the runs that a board is about. */
export const whereOf = ({ group_by: _, status: __, ...filters }: BoardInput): SQL =>
  isMatch(filters) ?? sql`true`;

/** All columns of the caller's projects together, each with its number of runs and its first cards. */
export async function getAllBoard({ db, actor }: Caller, { group_by }: AllBoardInput): Promise<Board> {
  const where = sql`workflow_runs.project_id in (
    select ${projectRoles.project_id} from ${projectRoles} where ${membership(actor, projectRoles.project_id)})`;
  const heads = await columnsIn(db, where, group_by);
  return readFirst(db, where, group_by, heads, { most: ALL_CARDS });
}

/** The columns in their order. Those of statuses and of a definition's phases are there while they are empty, too. */
async function headsOf(caller: Caller, input: BoardInput, event_seq: number): Promise<Head[]> {
  const { status, group_by, ...filters } = input;
  if (status) return [{ key: status, title: null, count: (await countRuns(caller, filters))[status] }];
  // Every open board asks for the counts behind an event: the first counts, the others share it.
  const { heads } = cachesOf(caller.db);
  const cached = JSON.stringify(input);
  const held = heads.get(cached, event_seq);
  if (held) return held;
  const { project_id, workflow_definition_id: named } = filters;
  const definition = named ? definitionIdOf(project_id, named) : null;
  const counted = await columnsIn(caller.db, whereOf(input), group_by, definition);
  heads.set(cached, event_seq, counted);
  return counted;
}

async function columnsIn(
  db: ReadDb,
  where: SQL,
  group_by: BoardGroup,
  definition: SQL | null = null,
): Promise<Head[]> {
  return headsWith(db, await countColumns(db, where, group_by), group_by, definition);
}

/** The columns in their order with these counts, and their names. `definition`: whose phases come first. */
export async function headsWith(
  db: ReadDb,
  counted: readonly Counted[],
  group_by: BoardGroup,
  definition: SQL | null = null,
): Promise<Head[]> {
  const counts = new Map(counted.map(({ key, count }) => [key, count]));
  const head = (key: string, title: string | null = null): Head => ({
    key,
    title,
    count: counts.get(key) ?? 0,
  });
  if (group_by === "status") return STATUS_COLUMNS.map((key) => head(key));
  const keys = counted.map(({ key }) => key).filter((key) => key.startsWith(`${group_by}:`));
  const values = keys.map((key) => key.slice(group_by.length + 1));
  const named = await namesOf(db, definition, group_by, values);
  const own = named.map(([value, title]) => head(`${group_by}:${value}`, title));
  return group_by === "phase" ? [head("pending"), ...own, head("recent")] : [...own, head("recent")];
}

/** The values of a grouping with their names, in the order of their columns. */
async function namesOf(
  db: ReadDb,
  definition: SQL | null,
  group: Exclude<BoardGroup, "status">,
  values: string[],
): Promise<[value: string, title: string][]> {
  if (group === "phase") {
    const { id, phases } = workflowDefinitions;
    const [found] = definition
      ? await db.select({ phases }).from(workflowDefinitions).where(eq(id, definition))
      : [];
    // Phases that only runs of an older revision have come behind those of the newest.
    return [...new Set([...((found?.phases as string[] | undefined) ?? []), ...values])].map((phase) => [
      phase,
      phase,
    ]);
  }
  if (values.length === 0) return [];
  const table = {
    project: projects,
    person: users,
    assignee: users,
    label: labels,
    definition: workflowDefinitions,
  }[group];
  const rows = await db
    .select({ id: table.id, name: table.name })
    .from(table as typeof users)
    .where(inArray(table.id, values));
  const named = rows.map(({ id, name }): [string, string] => [id, name]);
  named.sort(([, left], [, right]) => left.localeCompare(right));
  // Those without one come last.
  return values.includes("") ? [...named, ["", ""]] : named;
}
