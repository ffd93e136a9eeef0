import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { workerScope } from "../../auth/scope";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { emit } from "../../events/emit";
import { progress } from "../../events/progress";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, scriptStep } from "../../test/factories";
import { addRole, callerOf, makePerson } from "../../test/people";
import { writeSystemComment } from "../comments/commands/write-comment";

const database = testDatabase();
let made: MadeProject;

const call = () => callerOf(database.db, made.owner).runs;

beforeAll(async () => {
  made = await makeProject(database.db, { steps: [scriptStep("build", "true"), scriptStep("unit", "true")] });
});

const start = () =>
  call().create({ project_id: made.project.id, workflow_definition_id: made.definition.id, name: "Ship" });

/** Wait, because events of the same millisecond come in any order. */
const tick = () => sleep(5);

/** Writes the rows and events of what a worker does to a run. */
async function work(id: string, status: "running" | "failed" | "completed"): Promise<void> {
  const scope = workerScope(made.project.id, { type: "worker", worker_id: "w" });
  await tick();
  await progress(database.db, async (tx) => {
    await tx.update(workflowRuns).set({ status }).where(eq(workflowRuns.id, id));
    emit(tx, scope, "workflow.execution.status_changed", { execution_id: id, status });
  });
}

async function attempt(run_id: string, step_id: string, number: number, status: "completed" | "failed") {
  const { steps } = await call().get({ id: run_id });
  const id = steps.find((step) => step.step_id === step_id)?.id ?? "";
  const set = (values: Partial<typeof workflowRunSteps.$inferInsert>) =>
    database.db.update(workflowRunSteps).set(values).where(eq(workflowRunSteps.id, id));
  await set({ status: "running", attempt: number });
  await set({ status });
  await tick();
  await database.db.insert(workflowRunStepAttempts).values({
    workflow_run_step_id: id,
    number,
    status,
    error_message: status === "failed" ? `no ${"x".repeat(2_000)}` : null,
    exit_code: status === "failed" ? 1 : 0,
    worker_id: `worker-${number}`,
    log_directory_path: "logs",
    completed_at: new Date().toISOString(),
  });
}

describe("runs.history", () => {
  it("tells each start, who did what, and every attempt, newest first", async () => {
    const grace = await makePerson(database.db, "Grace");
    await addRole(database.db, made.project.id, grace, "member");
    const { id } = await start();
    await work(id, "running");
    await attempt(id, "build", 1, "completed");
    await tick();
    await call().pause({ id });
    await tick();
    await call().resume({ id });
    await tick();
    await progress(database.db, (tx) =>
      writeSystemComment(tx, workerScope(made.project.id, { type: "worker", worker_id: "w" }), {
        run_id: id,
        text: "Taken over by another worker",
      }),
    );
    await attempt(id, "unit", 1, "failed");
    await work(id, "failed");
    await tick();
    await callerOf(database.db, grace).runs.retry({ id, from_step_id: "unit" });
    await work(id, "running");
    await attempt(id, "unit", 2, "completed");
    await work(id, "completed");

    const { items, next_cursor } = await call().history({ id });
    expect(next_cursor).toBeNull();
    expect(items.map((entry) => ("status" in entry ? entry.status : entry.text))).toEqual([
      "completed",
      "completed",
      "pending",
      "failed",
      "failed",
      "Taken over by another worker",
      "running",
      "paused",
      "completed",
      "pending",
    ]);
    expect(items[1]).toMatchObject({
      type: "attempt",
      step_id: "unit",
      number: 2,
      worker_id: "worker-2",
      completed_at: expect.stringMatching(/Z$/),
    });
    expect(items[2]).toMatchObject({
      type: "status",
      by: "Grace",
      try: 2,
      note: "Retried from **unit** by Grace",
    });
    expect(items[4]).toMatchObject({ type: "attempt", exit_code: 1, error_message: `no ${"x".repeat(497)}` });
    expect(items[6]).toMatchObject({ by: "Owner", note: "Resumed by Owner" });
    expect(items[9]).toMatchObject({ type: "status", by: "Owner", try: 1, note: null });

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await call().history({ id, limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((entry) => entry.id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(items.map((entry) => entry.id));
  });

  it("keeps what one run had from another", async () => {
    const [one, two] = [await start(), await start()];
    await tick();
    await call().cancel({ id: one.id });
    const { items } = await call().history({ id: two.id });
    expect(items).toHaveLength(1);
    const cancelled = (await call().history({ id: one.id })).items;
    expect(cancelled.map((entry) => "status" in entry && entry.status)).toEqual(["cancelled", "pending"]);
  });
});
