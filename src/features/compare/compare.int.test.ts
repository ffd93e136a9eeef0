import { eq, sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { encodeLine } from "../../engine/logs/line";
import { logDirectoryKey } from "../../engine/logs/paths";
import { makeChanges } from "../../test/changes";
import { testDatabase } from "../../test/database";
import {
  type MadeProject,
  type MadeRun,
  makeArtifact,
  makeProject,
  makeRun,
  scriptStep,
} from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();

const setRun = (id: string, values: Partial<typeof workflowRuns.$inferInsert>) =>
  database.db.update(workflowRuns).set(values).where(eq(workflowRuns.id, id));
const setStep = ({ steps }: MadeRun, at: number, values: Partial<typeof workflowRunSteps.$inferInsert>) =>
  database.db
    .update(workflowRunSteps)
    .set(values)
    .where(eq(workflowRunSteps.id, steps[at]?.id ?? ""));

async function makePair(): Promise<{ made: MadeProject; good: MadeRun; bad: MadeRun }> {
  const made = await makeProject(database.db, {
    steps: [scriptStep("build", "true"), scriptStep("unit", "true")],
    workspace: "copy",
  });
  const [good, bad] = [
    await makeRun(database.db, made, { args: { zone: "north" } }),
    await makeRun(database.db, made, { args: { zone: "south" } }),
  ];
  const started_at = "2026-01-01T09:00:00.000Z";
  await setRun(good.run.id, { status: "running", started_at });
  await setRun(good.run.id, {
    status: "completed",
    completed_at: "2026-01-01T09:01:00.000Z",
    rested_ms: 20_000,
    tokens: 1_200,
  });
  await setRun(bad.run.id, { status: "running", started_at });
  await setRun(bad.run.id, {
    status: "failed",
    completed_at: "2026-01-01T09:02:00.000Z",
    error_message: 'Step "unit" failed: no',
  });
  return { made, good, bad };
}

it("shows what runs were given and made, aligned, by a handful of queries", async () => {
  const { made, good, bad } = await makePair();
  const project_id = made.project.id;
  const times = {
    started_at: "2026-01-01T09:00:00.000Z",
    completed_at: "2026-01-01T09:00:30.000Z",
    attempt: 1,
  };
  for (const run of [good, bad]) await setStep(run, 0, { status: "running" });
  await setStep(good, 0, { status: "completed", ...times, output: { version: "1.4.0" } });
  await setStep(bad, 0, { status: "completed", ...times, output: { text: "x".repeat(5_000) } });
  await setStep(bad, 1, { status: "running", attempt: 2 });
  await setStep(bad, 1, {
    ...{ status: "failed", error_message: "Exited with code 1" },
    errors: [{ message: "no such zone", file: null, line: null, log_line: 7, kind: "message" }],
  });
  await makeArtifact(database.db, made, good, { name: "a.txt", content: "same" });
  await makeArtifact(database.db, made, bad, { name: "a.txt", content: "same" });
  await makeArtifact(database.db, made, bad, { name: "b.txt", content: "other" });

  const owner = callerOf(database.db, made.owner);
  const compared = await owner.runs.compare({ project_id, runs: `#${good.run.number}, ${bad.run.id}` });
  expect(compared.runs).toMatchObject([
    {
      number: 1,
      args: { zone: "north" },
      worked_ms: 40_000,
      waited_ms: 20_000,
      tokens: 1_200,
      steps_count: 2,
    },
    { number: 2, args: { zone: "south" }, worked_ms: 120_000, status: "failed" },
  ]);
  expect(compared.steps).toMatchObject([
    {
      step_id: "build",
      of: [
        { took_ms: 30_000, output: { version: "1.4.0" } },
        { output: null, output_bytes: 5_011, output_digest: expect.stringMatching(/^\w{32}$/) },
      ],
    },
    {
      step_id: "unit",
      of: [
        { status: "pending", took_ms: null },
        { attempt: 2, failures: [{ message: "no such zone", log_line: 7 }] },
      ],
    },
  ]);
  expect(
    compared.artifacts.map(({ name, of }) => [name, of.map((each) => each?.sha256.slice(0, 4) ?? null)]),
  ).toEqual([
    ["a.txt", ["0967", "0967"]],
    ["b.txt", [null, "d929"]],
  ]);
  expect([compared.steps_left_out, compared.artifacts_left_out]).toEqual([0, 0]);
});

it("limits what all runs have together, and takes as many queries for ten runs as for one", async () => {
  const made = await makeProject(database.db);
  const runs: MadeRun[] = [];
  for (let at = 0; at < 10; at++) runs.push(await makeRun(database.db, made));
  await database.db.execute(sql`
    insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position)
    select r.id || n, r.id, 's' || n, 's' || n, 'function', 'a', n
    from workflow_runs r, generate_series(1, 600) n where r.project_id = ${made.project.id}`);
  const counted = counting();
  const caller = callerOf(counted.db, made.owner);
  const project_id = made.project.id;
  await caller.runs.compare({ project_id, runs: "1" });
  counted.take();
  const began = performance.now();
  const all = await caller.runs.compare({ project_id, runs: runs.map(({ run }) => run.id).join(",") });
  expect(performance.now() - began).toBeLessThan(3_000);
  expect([all.steps.length, all.steps_left_out]).toEqual([500, 10 * 101]);
  const ten = counted.take();
  await caller.runs.compare({ project_id, runs: "1" });
  // And the gate, which is prepared.
  expect([ten, counted.take()]).toEqual([3, 3]);
  await expect(caller.runs.compare({ project_id, runs: "1,2,3,4,5,6,7,8,9,10,11" })).rejects.toThrow(
    "10 runs at most",
  );
});

it("is of one project, and for those who may see it", async () => {
  const [{ made, good }, other] = [await makePair(), await makePair()];
  const project_id = made.project.id;
  const both = await makePerson(database.db, "Both");
  for (const { project } of [made, other.made]) await addRole(database.db, project.id, both, "viewer");
  const caller = callerOf(database.db, both);
  await expect(caller.runs.compare({ project_id, runs: `1,${other.good.run.id}` })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining("Runs of several projects are not compared"),
  });
  const logs = { id: good.steps[0]?.id ?? "", with: other.good.steps[0]?.id ?? "", type: "events" as const };
  await expect(caller.steps.compareLogs(logs)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  const stranger = callerOf(database.db, await makePerson(database.db, "Stranger"));
  await expect(stranger.runs.compare({ project_id, runs: "1" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(callerOf(database.db, other.made.owner).steps.compareLogs(logs)).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

it("finds the newest run of the definition that completed before", async () => {
  const { made, good, bad } = await makePair();
  const { runs } = callerOf(database.db, made.owner);
  expect((await runs.lastGood({ id: bad.run.id })).run).toEqual({
    id: good.run.id,
    number: 1,
    name: "Test run",
  });
  expect(await runs.lastGood({ id: good.run.id })).toEqual({ run: null });
});

it("compares what runs changed, and says of which that is not known", async () => {
  const { made, good, bad } = await makePair();
  const later = await makeRun(database.db, made);
  await makeChanges(database.db, made, good, {
    before: { a: "1\n", b: "1\n" },
    after: { a: "2\n", b: "2\n" },
  });
  await makeChanges(database.db, made, bad, {
    before: { a: "1\n", b: "1\n" },
    after: { a: "2\n", b: "1\n2\n3\n" },
  });
  const changes = await callerOf(database.db, made.owner).runs.compareChanges({
    project_id: made.project.id,
    runs: "1,2,3",
  });
  expect(changes.files.map(({ path, of }) => [path, of.map((file) => file?.additions ?? null)])).toEqual([
    ["a", [1, 1, null]],
    ["b", [1, 2, null]],
  ]);
  const [a, b] = changes.files.map(({ of }) => of.map((file) => file?.content_id));
  expect([a?.[0] === a?.[1], b?.[0] === b?.[1]]).toEqual([true, false]);
  expect(changes.runs[2]).toEqual({
    id: later.run.id,
    counts: null,
    note: expect.stringContaining("Nothing is recorded yet"),
  });
});

it("puts two logs side by side, of long ones what is around the error, and says which lines", async () => {
  const { made, good, bad } = await makePair();
  const write = async ({ run, steps }: MadeRun, texts: string[]) => {
    const id = `log${run.id}`;
    const step = steps[1]?.id ?? "";
    await database.db.insert(workflowRunStepAttempts).values({
      ...{
        id,
        workflow_run_step_id: step,
        number: 1,
        log_directory_path: logDirectoryKey(run.id, "unit", 1),
      },
    });
    const bytes = Buffer.from(
      texts.map((text) => encodeLine("2026-01-01T00:00:00.000Z", "stdout", `${text}\n`)).join(""),
    );
    await database.db.execute(
      sql`insert into workflow_log_chunks (attempt_id, type, "offset", bytes) values (${id}, 'events', 0, ${bytes})`,
    );
    return step;
  };
  const many = Array.from({ length: 3_000 }, (_, at) => `line ${at + 1}`);
  const id = await write(good, many);
  const other = await write(bad, many.with(1_999, "\u001b[31mError: no such zone\u001b[0m at 09:00:00"));
  await setStep(bad, 1, { error_line: 2_000 });
  const { steps } = callerOf(database.db, made.owner);
  const compared = await steps.compareLogs({ id, with: other, type: "events" });
  expect(compared).toMatchObject({
    part: "error",
    aligned: true,
    right: { total_lines: 3_000, complete: false },
  });
  for (const side of [compared.left, compared.right])
    expect(side).toMatchObject({ first_line: 1_301, last_line: 2_300 });
  expect(compared.rows.filter(({ same }) => !same)).toEqual([
    {
      same: false,
      left: { n: 2_000, text: "line 2000", level: null },
      right: { n: 2_000, text: "Error: no such zone at 09:00:00", level: "error" },
    },
  ]);
  const start = await steps.compareLogs({ id, with: other, type: "events", part: "start" });
  expect(start.rows.every(({ same }) => same)).toBe(true);
  expect(start.left).toMatchObject({ first_line: 1, last_line: 1_000 });
});

/** A database that counts the statements that are sent to it. */
function counting() {
  let count = 0;
  const watched = new Proxy(database.db, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        if (key === "execute" || key === "select") count++;
        return Reflect.apply(value, target, given);
      };
    },
  });
  return {
    db: watched,
    take: () => {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}
