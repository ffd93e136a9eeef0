import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { type MadeRun, makeProject, makeRun, scriptStep } from "../../test/factories";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

const alone = { needs: [] };

/** Two steps that each end only once the other has begun and `release` is there, and one that needs both. */
async function startPair(): Promise<MadeRun & { path: string }> {
  const meet = (own: string, other: string) =>
    `echo x >> ${own}; while [ ! -e ${other} ] || [ ! -e release ]; do sleep 0.05; done`;
  const made = await makeProject(database.db, {
    steps: [
      scriptStep("left", meet("left", "right"), alone),
      scriptStep("right", meet("right", "left"), alone),
      scriptStep("join", `echo "$BOTH"`, {
        needs: ["left", "right"],
        env: { BOTH: "${{ steps.left.status }} ${{ steps.right.status }}" },
      }),
    ],
  });
  const run = await makeRun(database.db, made);
  await enqueueAdvance(database.db, run.run.id);
  return { ...run, path: made.project.path };
}

const untilBothRun = (runId: string) =>
  expect
    .poll(async () => (await readRun(database.db, runId)).steps.map(({ status }) => status))
    .toEqual(["running", "running", "pending"]);

describe("steps side by side", () => {
  it("run at the same time, and what needs them after both", async () => {
    await startWorkerProcess(database.url);
    const { run, path } = await startPair();
    await untilBothRun(run.id);
    await writeFile(join(path, "release"), "");
    await untilRun(database.db, run.id, "completed");
    const { steps } = await readRun(database.db, run.id);
    const [left, right, join_] = steps;
    const later = [left?.completed_at ?? "", right?.completed_at ?? ""].sort().at(-1) ?? "";
    expect((join_?.started_at ?? "") >= later).toBe(true);
  });

  it("are both run again by a peer when their worker is killed with -9", async () => {
    const worker = await startWorkerProcess(database.url);
    const { run, path } = await startPair();
    await untilBothRun(run.id);
    worker.kill("SIGKILL");
    await startWorkerProcess(database.url);
    await writeFile(join(path, "release"), "");
    await untilRun(database.db, run.id, "completed");
    const { steps } = await readRun(database.db, run.id);
    expect(steps.map((step) => [step.step_id, step.status, step.attempt])).toEqual([
      ["left", "completed", 1],
      ["right", "completed", 1],
      ["join", "completed", 1],
    ]);
  });
});
