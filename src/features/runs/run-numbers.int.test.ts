import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { workflowDefinitions } from "../../db/schema/definitions";
import { testDatabase } from "../../test/database";
import { makeProject } from "../../test/factories";
import { callerOf } from "../../test/people";

const database = testDatabase();

async function makeOwn() {
  const made = await makeProject(database.db, {
    args_schema: { type: "object", properties: { n: { type: "integer" } } },
  });
  const { runs } = callerOf(database.db, made.owner);
  const start = (name: string, args = {}) =>
    runs.create({
      project_id: made.project.id,
      workflow_definition_id: made.definition.id,
      name,
      args,
    });
  const find = async (q: string) =>
    (await runs.list({ project_id: made.project.id, q })).items.map(({ number }) => number);
  return { made, runs, start, find };
}

describe("a run's number", () => {
  it("counts in its own project, without a gap, however many start at once and whatever is refused between", async () => {
    const [one, other] = await Promise.all([makeOwn(), makeOwn()]);
    const starts = Array.from({ length: 12 }, (_, n) => [
      one.start(`Run ${n}`),
      one.start("Refused", { n: "no number" }).catch(() => null),
      other.start(`Run ${n}`),
    ]).flat();
    const made = (await Promise.all(starts)).filter((run) => run !== null);
    for (const { project } of [one.made, other.made]) {
      const numbers = made.filter((run) => run.project_id === project.id).map(({ number }) => number);
      expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    }
  });

  it("is in lists and on the run's page, and is not given again once the run is deleted", async () => {
    const { made, runs, start } = await makeOwn();
    const run = await start("First");
    expect((await runs.get({ id: run.id })).number).toBe(1);
    expect((await runs.list({ project_id: made.project.id })).items[0]?.number).toBe(1);
    await runs.cancel({ id: run.id });
    await runs.delete({ id: run.id });
    expect((await start("Second")).number).toBe(2);
  });

  it("names a run that is started without a name", async () => {
    const { made, runs, start } = await makeOwn();
    await database.db
      .update(workflowDefinitions)
      .set({ name: "Ship a release" })
      .where(eq(workflowDefinitions.id, made.definition.id));
    await start("Named");
    expect((await runs.execute({ id: made.definition.id })).name).toBe("Ship a release #2");
    expect((await runs.execute({ id: made.definition.id, name: "Mine" })).name).toBe("Mine");
  });

  it("can stand in the name that the definition gives its runs, and is no other than the run's own", async () => {
    const made = await makeProject(database.db, {
      args_schema: { type: "object", properties: { n: { type: "integer" } } },
      run_name: "Build ${{ run.number }} of ${{ args.n }} in ${{ run.id }}",
    });
    const { runs } = callerOf(database.db, made.owner);
    const started = await Promise.all(
      [1, 2, 3, 4].map((n) => runs.execute({ id: made.definition.id, args: { n } })),
    );
    expect(started.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4]);
    for (const { id, number, name, args } of started) {
      expect(name).toBe(`Build ${number} of ${args.n} in ${id}`);
    }
    const named = await runs.execute({ id: made.definition.id, name: "Mine", args: { n: 5 } });
    expect([named.number, named.name]).toEqual([5, "Mine"]);
  });

  it("is found by `#12` and by `12`, beside names that hold it, and is no beginning of another", async () => {
    const { start, find } = await makeOwn();
    for (let n = 1; n <= 12; n++) await start(n === 3 ? "Mends #2" : n === 4 ? "2 tries" : `Run ${n}`);
    expect(await find("#12")).toEqual([12]);
    expect(await find("12")).toEqual([12]);
    expect(await find("#1")).toEqual([1]);
    expect(await find(" #2 ")).toEqual([3, 2]);
    expect(await find("2")).toEqual([12, 4, 3, 2]);
    expect(await find("#99999999999999999999")).toEqual([]);
    expect(await find("#0")).toEqual([]);
  });
});
