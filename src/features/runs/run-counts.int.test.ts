import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../lib/package-root";
import { RUN_STATUSES, type RunStatus } from "../../model/states";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../test/factories";
import { callerOf } from "../../test/people";
import { addUpRunCounts } from "../../worker/add-up-run-counts";

const database = testDatabase({ fresh: true });

/** The numbers by the runs themselves. */
async function counted(project_id: string): Promise<Record<RunStatus, number>> {
  const { rows } = await database.db.execute<{ status: RunStatus; count: number }>(sql`
    select status, count(*)::int as count from workflow_runs where project_id = ${project_id} group by 1`);
  const none = Object.fromEntries(RUN_STATUSES.map((status) => [status, 0]));
  return { ...none, ...Object.fromEntries(rows.map(({ status, count }) => [status, count])) } as Record<
    RunStatus,
    number
  >;
}

async function rowsOf(project_id: string): Promise<number> {
  const { rows } = await database.db.execute<{ count: number }>(
    sql`select count(*)::int as count from run_counts where project_id = ${project_id}`,
  );
  return rows[0]?.count ?? 0;
}

const countsOf = (made: MadeProject) =>
  callerOf(database.db, made.owner).runs.counts({ project_id: made.project.id });

/** Eight runs: three are cancelled, of which one is queued again, and two are deleted. */
async function makeHistory(): Promise<MadeProject> {
  const made = await makeProject(database.db);
  const caller = callerOf(database.db, made.owner);
  const runs = await Promise.all(Array.from({ length: 8 }, () => makeRun(database.db, made)));
  const ids = runs.map(({ run }) => run.id);
  await Promise.all(ids.slice(0, 5).map((id) => caller.runs.cancel({ id })));
  await Promise.all(ids.slice(0, 2).map((id) => caller.runs.delete({ id })));
  await database.db.execute(sql`update workflow_runs set status = 'pending' where id = ${ids[2]}`);
  return made;
}

describe("the counts of a project's runs", () => {
  it("are those of the rows, while they change beside each other and are added up", async () => {
    const adding = new AbortController();
    const added = (async () => {
      while (!adding.signal.aborted)
        await Promise.all([addUpRunCounts(database.db), addUpRunCounts(database.db)]);
    })();
    const projects = await Promise.all([makeHistory(), makeHistory(), makeHistory()]);
    adding.abort();
    await added;
    for (const made of projects) {
      expect(await countsOf(made)).toEqual(await counted(made.project.id));
      expect(await countsOf(made)).toMatchObject({ pending: 4, cancelled: 2 });
    }
    await addUpRunCounts(database.db);
    const [first] = projects;
    expect(await rowsOf(first.project.id)).toBe(2);
    expect(await countsOf(first)).toEqual(await counted(first.project.id));
  });

  it("go with their project", async () => {
    const made = await makeHistory();
    const caller = callerOf(database.db, made.owner);
    await caller.runs.cancelMany({ project_id: made.project.id });
    await caller.projects.delete({ id: made.project.id });
    await addUpRunCounts(database.db);
    expect(await rowsOf(made.project.id)).toBe(0);
  });

  it("are right for runs from before there were counts, also where some changed since", async () => {
    const made = await makeHistory();
    await database.db.execute(sql`delete from run_counts where project_id = ${made.project.id}`);
    const { run } = await makeRun(database.db, made);
    await callerOf(database.db, made.owner).runs.cancel({ id: run.id });
    const text = readFileSync(join(packageRoot(), "drizzle/0036_first_run_counts.sql"), "utf8");
    await database.db.execute(sql.raw(text));
    expect(await countsOf(made)).toEqual(await counted(made.project.id));
    expect(await countsOf(made)).toMatchObject({ pending: 4, cancelled: 3 });
  });
});
