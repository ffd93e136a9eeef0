import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { cancelRuns } from "./commands/cancel-runs";
import { MAX_CANCELS } from "./schema";

const database = testDatabase();

async function makeOwn() {
  const made = await makeProject(database.db);
  const project_id = made.project.id;
  const { runs, comments } = callerOf(database.db, made.owner);
  const start = async (name: string) =>
    (await runs.create({ project_id, workflow_definition_id: made.definition.id, name })).id;
  const statusOf = async (id: string) => (await runs.get({ id })).status;
  return { made, project_id, runs, comments, start, statusOf };
}

describe("runs.cancelMany", () => {
  it("cancels the named runs as each by itself, and says why one was not", async () => {
    const { made, project_id, runs, comments, start, statusOf } = await makeOwn();
    const [one, ended, other, left] = [
      await start("A"),
      await start("B"),
      await start("C"),
      await start("D"),
    ];
    await runs.cancel({ id: ended });
    const answer = await runs.cancelMany({ project_id, ids: [one, ended, other, one] });
    expect(answer).toEqual({
      cancelled: [one, other],
      failed: [{ id: ended, reason: "The run is cancelled, so it cannot be cancelled." }],
      remaining: 0,
    });
    expect(await Promise.all([one, other, left].map(statusOf))).toEqual([
      "cancelled",
      "cancelled",
      "pending",
    ]);
    const run = await runs.get({ id: other });
    expect(run.error_message).toBe(`Cancelled by ${made.owner.name}`);
    expect(run.steps.map((step) => step.status)).toEqual(["skipped"]);
    expect((await comments.list({ run_id: other })).items.map(({ text }) => text)).toEqual([
      `Cancelled by ${made.owner.name}`,
    ]);
    const { rows: told } = await database.db.execute<{ n: number }>(sql`
      select count(*)::int as n from workflow_events where project_id = ${project_id}
        and type = 'workflow.execution.status_changed' and workflow_run_id = ${other}
        and data ->> 'status' = 'cancelled'`);
    expect(told[0]?.n).toBe(1);
  });

  it("refuses another project's run and one that there is not, and cancels nothing then", async () => {
    const [own, strange] = await Promise.all([makeOwn(), makeOwn()]);
    const mine = await own.start("Mine");
    const theirs = await strange.start("Theirs");
    // Also refused for somebody who may cancel runs of both projects.
    await addRole(database.db, strange.project_id, own.made.owner, "owner");
    for (const id of [theirs, "r00000000000000000000000"]) {
      const asked = own.runs.cancelMany({ project_id: own.project_id, ids: [mine, id] });
      await expect(asked).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining(id) });
    }
    expect(await own.statusOf(mine)).toBe("pending");
    expect(await strange.statusOf(theirs)).toBe("pending");
  });

  it("takes the filters of the list: what that shows and has not ended is cancelled, nothing else", async () => {
    const own = await makeOwn();
    const second = await makePerson(database.db, "Second");
    await addRole(database.db, own.project_id, second, "member");
    for (let n = 1; n <= 12; n++) await own.start(n === 3 ? "Ship #1 again" : `Run ${n}`);
    const theirs = await callerOf(database.db, second).runs.create({
      project_id: own.project_id,
      workflow_definition_id: own.made.definition.id,
      name: "Run of the second",
    });
    const filters = [
      { q: "#1" },
      { q: "Run 1" },
      { user_id: second.user_id },
      { status: "running,failed" },
      { workflow_definition_id: own.made.definition.slug, status: "pending", q: "run" },
      {},
    ];
    for (const filter of filters) {
      const asked = { project_id: own.project_id, ...filter };
      const shown = (await own.runs.list(asked)).items.filter(({ status }) => status === "pending");
      const counts = filter.status ? null : await own.runs.counts(asked as { project_id: string });
      if (counts) expect(counts.pending, JSON.stringify(filter)).toBe(shown.length);
      const { cancelled, failed, remaining } = await own.runs.cancelMany(asked);
      expect(cancelled.sort(), JSON.stringify(filter)).toEqual(shown.map(({ id }) => id).sort());
      expect([failed, remaining]).toEqual([[], 0]);
      if (filter.user_id) expect(cancelled).toEqual([theirs.id]);
    }
    expect((await own.runs.counts({ project_id: own.project_id })).cancelled).toBe(13);
  });

  it("takes as many as a call may, those that wait before those at work, and says how many remain", async () => {
    const { made, project_id, runs } = await makeOwn();
    const caller = { db: database.db, actor: made.owner };
    for (let n = 0; n < 7; n++) await makeRun(database.db, made);
    await database.db.execute(sql`
      update workflow_runs set status = 'running'
      where id in (select id from workflow_runs where project_id = ${project_id} order by created_at desc limit 2)`);
    const first = await cancelRuns(caller, { project_id }, 4);
    expect([first.cancelled.length, first.failed, first.remaining]).toEqual([4, [], 3]);
    expect((await runs.counts({ project_id })).running).toBe(2);
    const second = await cancelRuns(caller, { project_id }, 4);
    expect([second.cancelled.length, second.remaining]).toEqual([3, 0]);
    const ids = Array.from({ length: MAX_CANCELS + 1 }, () => newId());
    await expect(runs.cancelMany({ project_id, ids })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it("never takes an empty list for all, a filter beside ids, or a field that it has not", async () => {
    const { project_id, runs, start, statusOf } = await makeOwn();
    const id = await start("Stays");
    const wrong = [
      { ids: [] },
      { ids: [id], q: "x" },
      { ids: [id], status: "pending" },
      { id },
      { state: "x" },
    ];
    for (const input of wrong) {
      await expect(runs.cancelMany({ project_id, ...input } as never)).rejects.toMatchObject({
        code: "BAD_REQUEST",
      });
    }
    expect(await statusOf(id)).toBe("pending");
  });
});
