import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { callerOf } from "../../test/people";
import { BOARD_GROUPS } from "./groups";
import { columnsOf } from "./ui/columns";

const database = testDatabase();

/** Copies of a run in a status, a second apart; the last is the newest. */
async function copy({ project }: MadeProject, run_id: string, status: string, count: number): Promise<void> {
  const { db } = database;
  await db.execute(sql`
    insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args, workspace, created_at)
    select p.id || ${status}::text || n, r.project_id, r.user_id, r.workflow_definition_id, r.revision, p.run_seq + n, 'Copy ' || n,
           '{}', r.workspace, now() - interval '1 day' + n * interval '1 second'
    from workflow_runs r, projects p, generate_series(1, ${count}::int) n where r.id = ${run_id} and p.id = ${project.id}`);
  await db.execute(sql`update projects set run_seq = run_seq + ${count} where id = ${project.id}`);
  if (status === "pending") return;
  const copies = sql`id like ${`${project.id}${status}%`}`;
  await db.execute(sql`update workflow_runs set status = 'running', current_phase = 'run' where ${copies}`);
  await db.execute(sql`
    update workflow_runs set status = ${status}, completed_at = created_at + interval '1 hour' where ${copies}`);
}

async function makeBoard() {
  const made = await makeProject(database.db);
  const { run } = await makeRun(database.db, made);
  await copy(made, run.id, "failed", 55);
  await copy(made, run.id, "pending", 30);
  await copy(made, run.id, "completed", 25);
  const caller = callerOf(database.db, made.owner);
  return { made, run, caller, project_id: made.project.id };
}

describe("a board", () => {
  it("has true counts, and each column goes on behind its first cards in its own order", async () => {
    const { caller, project_id, run } = await makeBoard();
    const board = await caller.board.get({ project_id });
    expect(Object.fromEntries(board.columns.map(({ key, count }) => [key, count]))).toEqual({
      pending: 31,
      running: 0,
      needs_you: 0,
      paused: 0,
      failed: 55,
      recent: 25,
    });
    const seen = new Map<string, string[]>();
    for (const column of columnsOf(board, "status", null))
      seen.set(
        column.key,
        column.runs.map(({ id }) => id),
      );
    for (const { key, next_cursor } of board.columns) {
      for (let cursor = next_cursor; cursor !== null; ) {
        const page = await caller.board.column({ project_id, key, cursor });
        seen.get(key)?.push(...page.items.map(({ id }) => id));
        cursor = page.next_cursor;
      }
    }
    const down = (status: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${project_id}${status}${count - at}`);
    expect(seen.get("failed")).toEqual(down("failed", 55));
    expect(seen.get("recent")).toEqual(down("completed", 25));
    expect(seen.get("pending")).toEqual([...down("pending", 30).toReversed(), run.id]);
  });

  it("is put into the same columns by the server as by the browser, however it is grouped", async () => {
    const { made, caller, project_id, run } = await makeBoard();
    await database.db.execute(
      sql`update workflow_runs set acknowledged_at = now() where id = ${`${project_id}failed1`}`,
    );
    await database.db.execute(
      sql`update workflow_runs set archived_at = now() where id in (${`${project_id}failed2`}, ${`${project_id}completed1`})`,
    );
    const { run: asks, steps } = await makeRun(database.db, made);
    await database.db.execute(sql`update workflow_runs set status = 'running' where id = ${asks.id}`);
    await database.db.execute(
      sql`update workflow_run_steps set status = 'running', waiting_for = 'approval' where id = ${steps[0]?.id}`,
    );
    for (const group_by of BOARD_GROUPS) {
      const board = await caller.board.get({ project_id, group_by });
      const all = board.columns.map(async ({ key, count, next_cursor }) => {
        const items = board.items.filter((item) => item.id !== "");
        const found = columnsOf({ columns: [], items }, group_by, null).find((column) => column.key === key);
        const rest = next_cursor === null ? count : 20;
        expect(`${group_by} ${key} ${found?.runs.length ?? 0}`).toBe(
          `${group_by} ${key} ${Math.min(count, rest)}`,
        );
      });
      await Promise.all(all);
    }
    const { columns } = await caller.board.get({ project_id });
    expect(Object.fromEntries(columns.map(({ key, count }) => [key, count]))).toMatchObject({
      needs_you: 1,
      running: 0,
      failed: 53,
      recent: 25,
      pending: 31,
    });
    // Only what changed is read behind an event; what has left the board is not among it.
    const changes = await caller.board.changes({
      project_id,
      ids: [run.id, `${project_id}failed2`, `${project_id}failed3`],
    });
    expect(changes.items.map(({ id }) => id).sort()).toEqual([run.id, `${project_id}failed3`].sort());
    expect(changes.columns).toEqual(columns.map(({ next_cursor: _, ...column }) => column));
  });

  it("refuses a column that a board of its grouping does not have", async () => {
    const { caller, project_id } = await makeBoard();
    for (const key of ["nothing", "person:x"])
      await expect(caller.board.column({ project_id, key })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});
