import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { workflowDefinitionRevisions } from "../../db/schema/definitions";
import { workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import type { CompiledDefinition } from "../../engine/definition/types";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { callerOf } from "../../test/people";
import { readRun } from "../../test/runs";

const database = testDatabase();
const phase = (name: string) => ({ phase: name });

describe("a retry", () => {
  let made: MadeProject;
  const call = () => callerOf(database.db, made.owner).runs;

  beforeAll(async () => {
    made = await makeProject(database.db, {
      steps: [
        scriptStep("build", "true", phase("build")),
        scriptStep("unit", "true", phase("test")),
        scriptStep("publish", "true", phase("publish")),
      ],
    });
  });

  /** A run that failed at the second of three steps. */
  async function failedRun(): Promise<string> {
    const { run } = await makeRun(database.db, made);
    const set = async (step_id: string, statuses: ("running" | "completed" | "failed" | "skipped")[]) => {
      const [row] = (await readRun(database.db, run.id)).steps.filter((step) => step.step_id === step_id);
      for (const status of statuses) {
        const attempt = status === "skipped" ? 0 : 1;
        await database.db
          .update(workflowRunSteps)
          .set({ status, attempt })
          .where(eq(workflowRunSteps.id, row?.id ?? ""));
      }
    };
    const become = (status: "running" | "failed") =>
      database.db.update(workflowRuns).set({ status }).where(eq(workflowRuns.id, run.id));
    await become("running");
    await set("build", ["running", "completed"]);
    await set("unit", ["running", "failed"]);
    await set("publish", ["skipped"]);
    await become("failed");
    return run.id;
  }

  let number = 1;
  async function revise(definition: Partial<CompiledDefinition>): Promise<number> {
    number++;
    await database.db.insert(workflowDefinitionRevisions).values({
      workflow_definition_id: made.definition.id,
      number,
      sha256: String(number).padStart(64, "0"),
      source: "name: Work",
      compiled: { ...made.compiled, ...definition },
    });
    return number;
  }

  it("starts from the first step of a phase", async () => {
    const id = await failedRun();
    await call().retry({ id, from_phase: "build" });
    const { run, steps } = await readRun(database.db, id);
    expect([run.revision, run.current_step_index]).toEqual([1, 0]);
    expect(steps.map((step) => step.status)).toEqual(["pending", "pending", "pending"]);
    await expect(call().retry({ id: await failedRun(), from_phase: "none" })).rejects.toMatchObject({
      cause: { details: [{ path: "from_phase", message: "must be one of build, test, publish" }] },
    });
  });

  it("goes on with the newest revision, which keeps what the run has done", async () => {
    const id = await failedRun();
    const newest = await revise({
      steps: [
        scriptStep("build", "false", { ...phase("build"), name: "Build again" }),
        scriptStep("unit", "true", phase("test")),
        scriptStep("sign", "true", phase("publish")),
      ],
    });
    await call().retry({ id, revision: "newest" });
    const { run, steps } = await readRun(database.db, id);
    expect([run.revision, run.status]).toEqual([newest, "pending"]);
    expect(steps.map(({ step_id, name, status, attempt }) => [step_id, name, status, attempt])).toEqual([
      ["build", "Build again", "completed", 1],
      ["unit", "unit", "pending", 1],
      ["sign", "sign", "pending", 0],
    ]);
    const details = await call().get({ id });
    expect(details.definition.newest_revision).toBe(newest);
    expect(details.comments.map((comment) => comment.text)).toEqual([
      `Retried from **unit** on revision ${newest} by Owner`,
    ]);
  });

  it("says why the newest revision does not fit, and changes nothing", async () => {
    const id = await failedRun();
    await revise({
      steps: [scriptStep("lint", "true", phase("test")), scriptStep("unit", "true", phase("test"))],
    });
    const before = await readRun(database.db, id);
    await expect(call().retry({ id, revision: "newest" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining('"build" has run and is gone from it'),
    });
    await revise({
      args_schema: { type: "object", required: ["channel"], properties: { channel: { type: "string" } } },
    });
    await expect(call().retry({ id, revision: "newest" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining("does not take the run's args"),
    });
    expect(await readRun(database.db, id)).toEqual(before);
    expect((await call().retry({ id })).revision).toBe(1);
  });
});
