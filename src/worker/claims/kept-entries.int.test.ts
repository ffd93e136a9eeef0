import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { logKey } from "../../engine/logs/paths";
import { DEFINITIONS_FOLDER } from "../../features/definitions/files";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject } from "../../test/factories";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";
import { fileLogs } from "../logs/file-logs";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

/** Functions that say that they ran, each given what the one before it gave; number `hang` waits for a file. */
const source = (count: number, hang: number) => `import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineWorkflow } from "phaseboard";
export default defineWorkflow({
  name: "Quick", phases: ["first", "second"],
  async run({ step, phase }) {
    let given = 0;
    for (let n = 1; n <= ${count}; n++) {
      if (n === ${Math.ceil(count / 2)}) await phase("second");
      const { output } = await step.function("quick-" + n, async () => {
        appendFileSync("calls.txt", n + " " + given + "\\n");
        while (n === ${hang} && !existsSync("release")) await sleep(20);
        return given + n;
      });
      given = output;
    }
    return given;
  },
});
`;

interface Attempt extends Record<string, unknown> {
  step_id: string;
  position: number;
  step_status: string;
  number: number;
  status: string;
  output: unknown;
  took: number;
}

const attemptsOf = async (run_id: string) =>
  (
    await database.db.execute<Attempt>(sql`
    select s.step_id, s.position, s.status as step_status, a.number, a.status, a.output,
           extract(epoch from a.completed_at - a.started_at)::float8 as took
    from workflow_run_steps s join workflow_run_step_attempts a on a.workflow_run_step_id = s.id
    where s.workflow_run_id = ${run_id} order by s.position, a.number`)
  ).rows;

async function stepEventsOf(run_id: string): Promise<string[]> {
  const { rows: events } = await database.db.execute<{ type: string; step_id: string }>(sql`
    select type, data ->> 'step_id' as step_id from workflow_events
    where workflow_run_id = ${run_id} and type like 'workflow.step.%' order by seq`);
  return events.map(({ type, step_id }) => `${type.replace("workflow.step.", "")} ${step_id}`);
}

async function countKept(run_id: string): Promise<number> {
  const [row] = (
    await database.db.execute<{ n: number }>(sql`
    select count(*)::int as n from workflow_journal where workflow_run_id = ${run_id}`)
  ).rows;
  return row?.n ?? 0;
}

describe("functions that follow one another quickly", () => {
  let made: MadeProject;
  const call = () => callerOf(database.db, made.owner);
  const calls = async () =>
    (await readFile(join(made.project.path, "calls.txt"), "utf8").catch(() => "")).trim().split("\n");
  const untilCalled = async (n: number) =>
    await expect.poll(calls).toContainEqual(expect.stringMatching(`^${n} `));

  beforeEach(async () => {
    made = await makeProject(database.db);
  });

  async function start(count: number, hang = 0): Promise<string> {
    const folder = join(made.project.path, DEFINITIONS_FOLDER);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "quick.ts"), source(count, hang));
    await call().definitions.sync({ project_id: made.project.id });
    const input = { project_id: made.project.id, workflow_definition_id: "quick", name: "Quick", args: {} };
    return (await call().runs.create(input)).id;
  }

  const sums = (count: number) => Array.from({ length: count }, (_, at) => ((at + 1) * (at + 2)) / 2);

  it("have rows, events and logs like any others once the run has ended", async () => {
    await startWorkerProcess(database.url);
    const id = await start(40);
    await untilRun(database.db, id, "completed");
    const { run } = await readRun(database.db, id);
    expect(run).toMatchObject({ output: 820, current_step_index: 40, current_phase: "second" });
    const attempts = await attemptsOf(id);
    expect(attempts.map(({ output }) => output)).toEqual(sums(40));
    expect(
      attempts.every(({ step_status, status }) => step_status === "completed" && status === "completed"),
    ).toBe(true);
    expect(attempts.map(({ position }) => position)).toEqual(Array.from({ length: 40 }, (_, at) => at));
    expect(attempts.every(({ took }) => took >= 0 && took < 5)).toBe(true);
    expect(await stepEventsOf(id)).toEqual(
      attempts.flatMap(({ step_id }) => [`started ${step_id}`, `completed ${step_id}`]),
    );
    expect(await countKept(id)).toBe(0);
    const { steps } = await call().runs.get({ id });
    let text = "";
    const log = await call().steps.logs({ id: steps[7]?.id ?? "", type: "output" });
    for await (const piece of log) text += piece.text;
    expect(text).toBe("36\n");
    await fileLogs(database.db, id);
    const file = join(made.project.path, logKey(id, "quick-8", 1, "output"));
    expect(await readFile(file, "utf8")).toBe("36\n");
  });

  /**
   * Has a worker die as it is about to record what it has kept. Gives the run, and how many steps had begun, of which
   * one is in flight: the code does not come to its second phase, between whose steps none is.
   */
  async function startAndDie(): Promise<{ id: string; begun: number }> {
    const env = { PHASEBOARD_FAILPOINT: "record.kept:before" };
    const worker = await startWorkerProcess(database.url, env);
    const id = await start(12, 5);
    await expect.poll(() => worker.signalCode).not.toBeNull();
    expect(await attemptsOf(id)).toEqual([]);
    const [kept] = (
      await database.db.execute<{ begun: number }>(sql`
      select count(*) filter (where entry ->> 'kind' = 'started')::int as begun
      from workflow_journal, json_array_elements(entries) entry where workflow_run_id = ${id}`)
    ).rows;
    return { id, begun: kept?.begun ?? 0 };
  }

  /** Lets the run go on with another worker. */
  async function goOn(id: string): Promise<void> {
    await writeFile(join(made.project.path, "release"), "");
    await startWorkerProcess(database.url);
    await untilRun(database.db, id, "completed");
  }

  it("go with their run where its project is deleted", async () => {
    const { id } = await startAndDie();
    expect(await countKept(id)).toBeGreaterThan(0);
    await database.db.execute(sql`delete from projects where id = ${made.project.id}`);
    expect(await countKept(id)).toBe(0);
  });

  it("are not run again where their worker is killed before they are recorded", async () => {
    const { id, begun } = await startAndDie();
    expect(begun).toBeGreaterThan(0);
    await goOn(id);
    expect((await attemptsOf(id)).map(({ output }) => output)).toEqual(sums(12));
    const said = await calls();
    const others = said.filter((line) => !line.startsWith(`${begun} `));
    expect(others).toHaveLength(11);
    // The one in flight alone may have run twice, given the same each time.
    expect(new Set(said).size).toBe(12);
    expect(await countKept(id)).toBe(0);
  });

  it("are on record once the run is cancelled, with the one in flight as the one that failed", async () => {
    const { id, begun } = await startAndDie();
    await call().runs.cancel({ id });
    const attempts = await attemptsOf(id);
    const ended = Array(begun - 1).fill("completed");
    expect(attempts.map(({ step_status }) => step_status)).toEqual([...ended, "failed"]);
    expect(attempts.map(({ output }) => output)).toEqual([...sums(begun - 1), null]);
    expect(await countKept(id)).toBe(0);
    expect((await stepEventsOf(id)).at(-1)).toBe(`completed quick-${begun}`);
    const { run } = await readRun(database.db, id);
    expect(run).toMatchObject({ status: "cancelled", current_step_index: begun });
    await call().runs.retry({ id });
    await goOn(id);
    const numbers = (await attemptsOf(id)).map(({ number }) => number);
    expect(numbers).toEqual([...Array(begun).fill(1), 2, ...Array(12 - begun).fill(1)]);
  });

  it("stop at a pause, and go on behind it", async () => {
    await startWorkerProcess(database.url);
    const id = await start(12, 6);
    await untilCalled(6);
    await call().runs.pause({ id });
    await writeFile(join(made.project.path, "release"), "");
    const last = async () => (await attemptsOf(id)).at(-1)?.status;
    await expect.poll(last).toBe("completed");
    expect(await attemptsOf(id)).toHaveLength(6);
    expect((await calls()).length).toBe(6);
    await call().runs.resume({ id });
    await untilRun(database.db, id, "completed");
    expect((await calls()).length).toBe(12);
  });
});
