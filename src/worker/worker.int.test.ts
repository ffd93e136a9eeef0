import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logKey } from "../engine/logs/paths";
import { enqueueAdvance } from "../queue/enqueue";
import { testDatabase } from "../test/database";
import { makeProject, makeRun, scriptStep } from "../test/factories";
import { readRun, untilRun } from "../test/runs";
import { fileLogs } from "./logs/file-logs";
import { runWorker, type Worker } from "./main";

const database = testDatabase({ fresh: true });

describe("a worker", () => {
  let worker: Worker;
  beforeEach(async () => {
    const options = { databaseUrl: database.url, concurrency: 4, dataDir: "/tmp", leftoversMs: 500 };
    worker = await runWorker(options);
  });
  afterEach(() => worker.drain());

  it("runs the steps of a run in order, with outputs, logs as files and events", async () => {
    const made = await makeProject(database.db, {
      steps: [
        scriptStep("one", `echo hello; echo '{"n":1}' > "$PHASEBOARD_OUTPUT"`),
        scriptStep("two", `printf '%s' "$VALUE"; echo oops >&2`, {
          env: { VALUE: "${{ steps.one.output.n }}" },
        }),
        scriptStep("three", "exit 3", { phase: "late" }),
        scriptStep("four", "true", { phase: "late" }),
      ],
    });
    const { run } = await makeRun(database.db, made);
    await enqueueAdvance(database.db, run.id);
    await untilRun(database.db, run.id, "failed");
    const after = await readRun(database.db, run.id);
    expect(after.run).toMatchObject({
      status: "failed",
      error_message: 'Step "three" failed: Exited with code 3',
      current_phase: "late",
      current_step_index: 4,
      claimed_by: null,
    });
    expect(after.steps.map((step) => [step.step_id, step.status, step.attempt])).toEqual([
      ["one", "completed", 1],
      ["two", "completed", 1],
      ["three", "failed", 1],
      ["four", "skipped", 0],
    ]);
    expect(after.steps[0]?.output).toEqual({ n: 1 });
    await fileLogs(database.db, run.id);
    const events = await readFile(join(made.project.path, logKey(run.id, "two", 1, "events")), "utf8");
    const lines = events
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ stream: "stdout", text: "1" }),
        expect.objectContaining({ stream: "stderr", text: "oops\n" }),
      ]),
    );
    const { rows: stored } = await database.db.execute(sql`
      select type, data ->> 'step_id' as step_id, data ->> 'status' as status from workflow_events
      where workflow_run_id = ${run.id} order by seq`);
    expect(stored.map((event) => [event.type, event.step_id ?? event.status])).toEqual([
      ["workflow.execution.status_changed", "running"],
      ["workflow.execution.phase_changed", null],
      ["workflow.step.started", "one"],
      ["workflow.step.completed", "one"],
      ["workflow.step.started", "two"],
      ["workflow.step.completed", "two"],
      ["workflow.execution.phase_changed", null],
      ["workflow.step.started", "three"],
      ["workflow.step.completed", "three"],
      ["workflow.step.completed", "four"],
      ["workflow.execution.status_changed", "failed"],
    ]);
    const left = async () => (await database.db.execute(sql`select 1 from workflow_log_chunks`)).rows;
    await expect.poll(left).toEqual([]);
  });
});
