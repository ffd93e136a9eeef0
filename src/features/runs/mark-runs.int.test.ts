import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun } from "../../test/factories";
import { callerOf } from "../../test/people";
import { archiveOld } from "./archive-old";

const database = testDatabase();

/** Ends a run so many days ago. */
async function end(id: string, status: string, days = 0): Promise<void> {
  await database.db.execute(sql`update workflow_runs set status = 'running' where id = ${id}`);
  await database.db.execute(sql`
    update workflow_runs set status = ${status}, completed_at = now() - ${days}::int * interval '1 day' where id = ${id}`);
}

async function makeRuns() {
  const made = await makeProject(database.db);
  const ids: string[] = [];
  for (let at = 0; at < 4; at += 1) ids.push((await makeRun(database.db, made)).run.id);
  const [open = "", failed = "", done = "", old = ""] = ids;
  await end(failed, "failed");
  await end(done, "completed");
  await end(old, "completed", 40);
  const caller = callerOf(database.db, made.owner);
  return { caller, project_id: made.project.id, open, failed, done, old };
}

describe("archived runs", () => {
  it("leave the board and stay in the list, by their ids or by filters, and a retry brings them back", async () => {
    const { caller, project_id, open, failed, done, old } = await makeRuns();
    const answer = await caller.runs.archiveMany({ project_id, ids: [done, open] });
    expect(answer).toMatchObject({ changed: [done], failed: [{ id: open }], remaining: 0 });
    expect(answer.failed[0]?.reason).toContain("pending");
    // Once more changes nothing, and says so to nobody.
    const before = await caller.events.head({ project_id });
    expect((await caller.runs.archiveMany({ project_id, ids: [done] })).changed).toEqual([]);
    expect(await caller.events.head({ project_id })).toEqual(before);

    const recent = async () =>
      (await caller.board.get({ project_id })).columns.find(({ key }) => key === "recent")?.count;
    expect(await recent()).toBe(0);
    const listed = async (archived?: boolean) =>
      (await caller.runs.list({ project_id, archived })).items.map(({ id }) => id).sort();
    expect(await listed(true)).toEqual([done]);
    expect(await listed()).toEqual([open, failed, done, old].sort());

    const byFilter = await caller.runs.archiveMany({ project_id, status: "completed" as never });
    expect(byFilter).toMatchObject({ changed: [old], remaining: 0 });
    expect((await caller.runs.archiveMany({ project_id, ids: [old], archived: false })).changed).toEqual([
      old,
    ]);

    await caller.runs.archiveMany({ project_id, ids: [failed] });
    await caller.runs.retry({ id: failed });
    expect(await caller.runs.get({ id: failed })).toMatchObject({ archived_at: null, status: "pending" });
  });

  it("are archived by the project's rule, with one event and a row of the record, and by none without", async () => {
    const { caller, project_id, failed, done, old } = await makeRuns();
    await archiveOld(database.db);
    expect((await caller.runs.get({ id: old })).archived_at).toBeNull();
    await caller.projects.update({ id: project_id, archive_days: 30 });
    await caller.runs.pin({ id: old });
    expect(await archiveOld(database.db)).toBe(1);
    expect((await caller.runs.get({ id: old })).archived_at).toMatch(/Z$/);
    for (const id of [failed, done]) expect((await caller.runs.get({ id })).archived_at).toBeNull();
    const { rows } = await database.db.execute<{ data: { execution_ids: string[] } }>(sql`
      select data from workflow_events where project_id = ${project_id} and type = 'workflow.execution.archived'`);
    expect(rows.map(({ data }) => data.execution_ids)).toEqual([[old]]);
    const { items } = await caller.audit.list({ project_id, action: "runs.archiveMany" });
    expect(items).toMatchObject([
      { actor_type: "system", after: { archived: true, runs: 1, archive_days: 30 } },
    ]);
  });
});

describe("acknowledged runs", () => {
  it("have failed, leave the failures for what ended of late, and fail anew after a retry", async () => {
    const { caller, project_id, failed, done } = await makeRuns();
    const answer = await caller.runs.acknowledgeMany({ project_id, ids: [failed, done] });
    expect(answer).toMatchObject({ changed: [failed], failed: [{ id: done }] });
    const counts = async () =>
      Object.fromEntries(
        (await caller.board.get({ project_id })).columns.map(({ key, count }) => [key, count]),
      );
    expect(await counts()).toMatchObject({ failed: 0, recent: 2 });
    const { items } = await caller.comments.list({ run_id: failed });
    expect(items.map(({ text }) => text)).toEqual([expect.stringMatching(/^Acknowledged by /)]);
    await caller.runs.retry({ id: failed });
    await end(failed, "failed");
    expect(await counts()).toMatchObject({ failed: 1, recent: 1 });
  });
});
