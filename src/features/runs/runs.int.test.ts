import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { projects } from "../../db/schema/projects";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import {
  canRunBecome,
  canStepBecome,
  RUN_STATUSES,
  type RunStatus,
  STEP_STATUSES,
  type StepStatus,
} from "../../model/states";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { callerOf } from "../../test/people";

const database = testDatabase();
let made: MadeProject;

const call = () => callerOf(database.db, made.owner).runs;
const STEPS = [scriptStep("one", "true"), scriptStep("two", "true"), scriptStep("three", "true")];

beforeAll(async () => {
  made = await makeProject(database.db, {
    steps: STEPS,
    args_schema: {
      type: "object",
      required: ["channel"],
      properties: {
        channel: { type: "string", enum: ["beta", "stable"] },
        dry: { type: "boolean", default: true },
      },
    },
  });
});

async function setRun(id: string, status: RunStatus): Promise<void> {
  const way: Record<RunStatus, RunStatus[]> = {
    pending: [],
    running: ["running"],
    paused: ["running", "paused"],
    completed: ["running", "completed"],
    failed: ["running", "failed"],
    cancelled: ["cancelled"],
  };
  for (const next of way[status]) {
    await database.db.update(workflowRuns).set({ status: next }).where(eq(workflowRuns.id, id));
  }
}

/** A run whose second of three steps is running its first attempt. */
async function runInFlight(): Promise<string> {
  const { run, steps } = await makeRun(database.db, made);
  await setRun(run.id, "running");
  const [one, two] = steps;
  if (!one || !two) throw new Error("the run has too few steps");
  const set = (id: string, status: "running" | "completed") =>
    database.db.update(workflowRunSteps).set({ status, attempt: 1 }).where(eq(workflowRunSteps.id, id));
  await set(one.id, "running");
  await set(one.id, "completed");
  await set(two.id, "running");
  await database.db
    .insert(workflowRunStepAttempts)
    .values({ workflow_run_step_id: two.id, number: 1, log_directory_path: "logs" });
  return run.id;
}

async function eventsOf(run_id: string) {
  const { rows } = await database.db.execute<{ type: string; data: Record<string, unknown> }>(sql`
    select type, data from workflow_events where workflow_run_id = ${run_id} order by seq`);
  return rows;
}

async function jobsOf(run_id: string) {
  const { rows } = await database.db.execute(sql`
    select key from graphile_worker.jobs where key = ${`run:${run_id}`}`);
  return rows;
}

describe("runs.create", () => {
  it("makes the run, its steps, its event and its job at once", async () => {
    const run = await call().create({
      project_id: made.project.id,
      workflow_definition_id: made.definition.id,
      name: "Ship",
      args: { channel: "beta" },
    });
    expect(run).toMatchObject({ status: "pending", revision: 1, args: { channel: "beta", dry: true } });
    const { steps } = run;
    expect(steps.map(({ step_id, status }) => [step_id, status])).toEqual([
      ["one", "pending"],
      ["two", "pending"],
      ["three", "pending"],
    ]);
    expect(await eventsOf(run.id)).toEqual([
      { type: "workflow.execution.created", data: { execution_id: run.id, project_id: made.project.id } },
    ]);
    expect(await jobsOf(run.id)).toHaveLength(1);
  });

  it("answers the run as runs.get does, in the phase that it begins with", async () => {
    const ofMany = await makeProject(database.db, {
      steps: [...Array(230).keys()].map((n) => scriptStep(`s${n}`, "true")),
    });
    for (const { project, definition, owner } of [made, ofMany]) {
      const { runs } = callerOf(database.db, owner);
      const args = project === made.project ? { channel: "beta" } : {};
      const of = { project_id: project.id, workflow_definition_id: definition.id };
      const created = await runs.create({ ...of, name: "One", args });
      expect(created).toEqual(await runs.get({ id: created.id }));
      const executed = await runs.execute({ id: definition.id, args });
      expect(executed).toEqual(await runs.get({ id: executed.id }));
      expect(executed.workflow_definition).toEqual(executed.definition);
      expect(executed.current_phase).toBe(executed.definition.phases[0]);
      const [listed] = (await runs.list({ project_id: project.id })).items;
      expect(listed).toMatchObject({ id: executed.id, current_phase: executed.current_phase });
    }
  });

  it("names every wrong arg by its field and makes nothing", async () => {
    const before = await call().counts({ project_id: made.project.id });
    await expect(
      call().create({
        project_id: made.project.id,
        workflow_definition_id: made.definition.id,
        name: "Ship",
        args: { channel: "nightly", dry: "yes" },
      }),
    ).rejects.toMatchObject({
      code: "BAD_REQUEST",
      cause: {
        details: expect.arrayContaining([
          expect.objectContaining({ path: "args.channel", message: expect.stringContaining("beta") }),
          expect.objectContaining({ path: "args.dry" }),
        ]),
      },
    });
    expect(await call().counts({ project_id: made.project.id })).toEqual(before);
  });

  it("refuses a definition of another project", async () => {
    const other = await makeProject(database.db);
    await expect(
      call().create({
        project_id: made.project.id,
        workflow_definition_id: other.definition.id,
        name: "Ship",
        args: {},
      }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("runs.cancel", () => {
  it("fails the step in flight by name, skips the rest and tells of both", async () => {
    const id = await runInFlight();
    const run = await call().cancel({ id });
    expect(run).toMatchObject({
      status: "cancelled",
      error_message: "Cancelled by Owner",
      current_step_index: 3,
    });
    const { steps } = await call().get({ id });
    expect(steps.map(({ status, error_message }) => [status, error_message])).toEqual([
      ["completed", null],
      ["failed", "Cancelled by Owner"],
      ["skipped", null],
    ]);
    const details = await callerOf(database.db, made.owner).steps.get({ id: steps[1]?.id ?? "" });
    expect(details.attempts).toMatchObject([
      { number: 1, status: "failed", error_message: "Cancelled by Owner" },
    ]);
    expect((await eventsOf(id)).map(({ type, data }) => [type, data.status])).toEqual([
      ["workflow.step.completed", "failed"],
      ["workflow.step.completed", "skipped"],
      ["workflow.execution.status_changed", "cancelled"],
      ["workflow.comment.created", undefined],
    ]);
    expect(await jobsOf(id)).toHaveLength(1);
  });
});

describe("runs.pause and runs.resume", () => {
  it("reads paused at once, with the step in flight left alone, and goes on when resumed", async () => {
    const id = await runInFlight();
    expect(await call().pause({ id })).toMatchObject({ status: "paused", paused_at: expect.any(String) });
    expect((await call().get({ id })).steps[1]?.status).toBe("running");
    expect(await call().resume({ id })).toMatchObject({ status: "running", paused_at: null });
    expect(await jobsOf(id)).toHaveLength(1);
  });
});

describe("runs.retry", () => {
  it("resets the failed step and all after it, and keeps the attempts", async () => {
    const id = await runInFlight();
    await call().cancel({ id });
    const run = await call().retry({ id });
    expect(run).toMatchObject({
      status: "pending",
      error_message: null,
      cancelled_at: null,
      current_step_index: 1,
    });
    const { steps } = await call().get({ id });
    expect(steps.map(({ status, attempt }) => [status, attempt])).toEqual([
      ["completed", 1],
      ["pending", 1],
      ["pending", 0],
    ]);
    const { attempts } = await callerOf(database.db, made.owner).steps.get({ id: steps[1]?.id ?? "" });
    expect(attempts).toHaveLength(1);
  });

  it("starts from the step that is named, and says which there are when there is none", async () => {
    const id = await runInFlight();
    await call().cancel({ id });
    await expect(call().retry({ id, from_step_id: "four" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      cause: { details: [{ path: "from_step_id", message: "must be one of one, two, three" }] },
    });
    await call().retry({ id, from_step_id: "one" });
    expect((await call().get({ id })).steps.map((step) => step.status)).toEqual([
      "pending",
      "pending",
      "pending",
    ]);
  });
});

describe("runs.again", () => {
  it("makes a new run with the same args or others, and leaves the first as it is", async () => {
    const place = { project_id: made.project.id, workflow_definition_id: made.definition.id };
    const { id } = await call().create({ ...place, args: { dry: false, channel: "beta" } });
    await call().cancel({ id });
    const before = await call().get({ id });
    const again = await call().again({ id });
    expect(again).toMatchObject({
      status: "pending",
      args: before.args,
      workflow_definition_id: before.workflow_definition_id,
    });
    expect(again.number).toBeGreaterThan(before.number);
    expect(await call().get({ id: again.id })).toEqual(again);
    const other = await call().again({ id, args: { channel: "stable" }, name: "Other" });
    expect(other).toMatchObject({ name: "Other", args: { channel: "stable" } });
    await expect(call().again({ id, args: { channel: "nightly" } })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      cause: { details: [expect.objectContaining({ path: "args.channel" })] },
    });
    expect(await call().get({ id })).toEqual(before);
  });
});

describe("a wrong state", () => {
  const allowed = {
    pause: ["running"],
    resume: ["paused"],
    cancel: ["pending", "running", "paused"],
    retry: ["completed", "failed", "cancelled"],
    delete: ["completed", "failed", "cancelled"],
  } as const;
  for (const [command, states] of Object.entries(allowed)) {
    for (const status of RUN_STATUSES.filter(
      (candidate) => !(states as readonly string[]).includes(candidate),
    )) {
      it(`refuses to ${command} a run that is ${status}, and names the state`, async () => {
        const { run } = await makeRun(database.db, made);
        await setRun(run.id, status);
        await expect(call()[command as keyof typeof allowed]({ id: run.id })).rejects.toMatchObject({
          code: "BAD_REQUEST",
          message: expect.stringContaining(`is ${status}`),
        });
        expect(await call().get({ id: run.id })).toMatchObject({ status });
      });
    }
  }
});

describe("the database", () => {
  for (const from of RUN_STATUSES) {
    for (const to of RUN_STATUSES.filter((candidate) => candidate !== from)) {
      it(`${canRunBecome(from, to) ? "lets" : "does not let"} a run go from ${from} to ${to}`, async () => {
        const { run } = await makeRun(database.db, made);
        await setRun(run.id, from);
        const change = database.db
          .update(workflowRuns)
          .set({ status: to })
          .where(eq(workflowRuns.id, run.id));
        await (canRunBecome(from, to) ? change : expect(change).rejects.toThrow());
      });
    }
  }

  it("holds the steps' table of transitions too", async () => {
    const [row] = (
      await database.db.execute<{ args: string }>(sql`
      select encode(tgargs, 'escape') as args from pg_trigger where tgname = 'workflow_run_steps_transition'`)
    ).rows;
    const table = JSON.parse(row?.args.replace(/\\000$/, "") ?? "{}") as Record<string, string[]>;
    for (const from of STEP_STATUSES) {
      expect(table[from]).toEqual(STEP_STATUSES.filter((to) => canStepBecome(from, to)));
    }
  });

  it("lets a step begin as pending, and end only once it has run", async () => {
    const { run } = await makeRun(database.db, made);
    const facts = { name: "written", kind: "function", phase: "only", position: 10 } as const;
    const write = (status: StepStatus) =>
      database.db
        .insert(workflowRunSteps)
        .values({ workflow_run_id: run.id, step_id: "written", ...facts, status });
    const update = (status: StepStatus) =>
      database.db.execute(sql`
        update workflow_run_steps set status = ${status}
        where workflow_run_id = ${run.id} and step_id = 'written'`);
    for (const status of ["running", "completed", "failed", "skipped"] as const) {
      await expect(write(status)).rejects.toThrow();
    }
    await write("pending");
    await expect(update("completed")).rejects.toThrow();
    await update("running");
    await expect(update("pending")).rejects.toThrow();
    await update("completed");
    // A step that has ended can only start again from pending.
    await expect(update("running")).rejects.toThrow();
  });

  it("refuses a state that there is not, and a run that starts as anything but pending", async () => {
    const { run } = await makeRun(database.db, made);
    const set = (status: string) =>
      database.db.execute(sql`update workflow_runs set status = ${status} where id = ${run.id}`);
    await expect(set("done")).rejects.toThrow();
    await expect(
      database.db.insert(workflowRuns).values({ ...run, id: `${run.id.slice(0, -1)}x`, status: "completed" }),
    ).rejects.toThrow();
  });
});

describe("runs.list", () => {
  it("pages through every run once, newest first, also where many began at the same moment", async () => {
    const own = await makeProject(database.db);
    for (let n = 0; n < 7; n++) await makeRun(database.db, own);
    await database.db
      .update(workflowRuns)
      .set({ created_at: "2026-01-01T00:00:00.000Z" })
      .where(eq(workflowRuns.project_id, own.project.id));
    await makeRun(database.db, own);
    const list = callerOf(database.db, own.owner).runs.list;
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ project_id: own.project.id, limit: 3, cursor });
      seen.push(...page.items.map((run) => run.id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(8);
    expect(seen).toHaveLength(8);
  });

  it("has args where they are small, and their size always", async () => {
    const { project, definition, owner } = await makeProject(database.db, {
      args_schema: { type: "object", properties: { text: { type: "string" } } },
    });
    const { runs } = callerOf(database.db, owner);
    const start = (text: string) =>
      runs.create({
        project_id: project.id,
        workflow_definition_id: definition.id,
        name: "A",
        args: { text },
      });
    await start("x");
    await start("x".repeat(5_000));
    const { items } = await runs.list({ project_id: project.id });
    expect(items.map(({ args, args_bytes }) => [args, args_bytes])).toEqual([
      [null, 5_011],
      [{ text: "x" }, 12],
    ]);
  });

  it("filters by status, definition, person and part of the name, taking % for what it is", async () => {
    const own = await makeProject(database.db);
    const { run } = await makeRun(database.db, own);
    await database.db
      .update(workflowRuns)
      .set({ name: "Ship 100% of it" })
      .where(eq(workflowRuns.id, run.id));
    const { run: other } = await makeRun(database.db, own);
    await setRun(other.id, "failed");
    const list = async (given: object) =>
      (await callerOf(database.db, own.owner).runs.list({ project_id: own.project.id, ...given })).items.map(
        (item) => item.id,
      );
    expect(await list({ status: "failed,cancelled" })).toEqual([other.id]);
    expect(await list({ q: "100%" })).toEqual([run.id]);
    expect(await list({ q: "1%0" })).toEqual([]);
    expect(await list({ user_id: own.owner.user_id })).toHaveLength(2);
    expect(await list({ workflow_definition_id: own.definition.id })).toHaveLength(2);
    expect(await list({ user_id: made.owner.user_id })).toEqual([]);
  });

  it("shows a change at once, however often the page was read before", async () => {
    const own = await makeProject(database.db);
    const { run } = await makeRun(database.db, own);
    const { runs } = callerOf(database.db, own.owner);
    const statuses = async () =>
      (await runs.list({ project_id: own.project.id })).items.map((item) => item.status);
    expect([await statuses(), await statuses()]).toEqual([["pending"], ["pending"]]);
    await runs.cancel({ id: run.id });
    expect(await statuses()).toEqual(["cancelled"]);
  });

  it("refuses a cursor that no list gave", async () => {
    await expect(call().list({ project_id: made.project.id, cursor: "bm9wZQ" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });
});

describe("deleting", () => {
  it("takes a run's rows with it and tells of it", async () => {
    const { run, steps } = await makeRun(database.db, made);
    await setRun(run.id, "failed");
    await call().delete({ id: run.id });
    const rows = await database.db
      .select()
      .from(workflowRunSteps)
      .where(eq(workflowRunSteps.workflow_run_id, run.id));
    expect([steps.length, rows.length]).toEqual([3, 0]);
    expect((await eventsOf(run.id)).at(-1)?.type).toBe("workflow.execution.deleted");
  });

  it("cascades from the project to everything in it", async () => {
    const own = await makeProject(database.db);
    const { run } = await makeRun(database.db, own);
    await setRun(run.id, "failed");
    await callerOf(database.db, own.owner).projects.delete({ id: own.project.id });
    const left = await database.db.select().from(projects).where(eq(projects.id, own.project.id));
    const runs = await database.db.select().from(workflowRuns).where(eq(workflowRuns.id, run.id));
    expect([left.length, runs.length]).toEqual([0, 0]);
  });
});
