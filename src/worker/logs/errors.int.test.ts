import type { ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CompiledStep } from "../../engine/definition/types";
import { DEFINITIONS_FOLDER } from "../../features/definitions/files";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun, scriptStep } from "../../test/factories";
import { callerOf } from "../../test/people";
import { untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();
let worker: ChildProcess;
beforeEach(async () => {
  vi.stubEnv("NEXTAUTH_SECRET", "secret of the tests");
  worker = await startWorkerProcess(database.url);
});
afterEach(() => void vi.unstubAllEnvs());

/** A run of these steps, not begun; `to` begins it and waits until it has this status. */
async function prepare(steps: CompiledStep[]) {
  const made = await makeProject(database.db, { steps });
  const { run } = await makeRun(database.db, made);
  const caller = callerOf(database.db, made.owner);
  const to = async (status: "completed" | "failed") => {
    await enqueueAdvance(database.db, run.id);
    await untilRun(database.db, run.id, status);
  };
  return {
    ...{ made, id: run.id, to, caller },
    read: () => caller.runs.get({ id: run.id }),
    listed: async () => (await caller.runs.list({ project_id: made.project.id })).items[0],
  };
}

const TSC = "src/a.ts(5,3): error TS2304: Cannot find name 'x'.";
const SECRET = { name: "TOKEN", value: "sesame-open-4711" };

describe("why a run failed", () => {
  it("is told by the step for which it did, in its log's own words, and no more once it is retried", async () => {
    const check = `echo start; [ -e mended ] || { echo "${TSC} $TOKEN"; exit 2; }`;
    const { made, id, to, caller, read, listed } = await prepare([
      scriptStep("flaky", "echo 'error: of no matter'; exit 1", { continue_on_error: true }),
      scriptStep("check", check, {
        retry: { attempts: 2, delay_ms: 0, backoff: "constant" },
        secrets: ["TOKEN"],
      }),
    ]);
    await caller.secrets.set({ project_id: made.project.id, ...SECRET });
    await to("failed");
    const error = {
      kind: "compiler",
      message: "TS2304: Cannot find name 'x'. ***",
      file: "src/a.ts",
      line: 5,
      log_line: 2,
    };
    const run = await read();
    expect(run.first_error).toEqual({ ...error, step_id: "check", row_id: run.steps[1]?.id });
    expect(run.error_message).toBe('Step "check" failed: Exited with code 2');
    expect(await listed()).toMatchObject({
      first_error: run.first_error,
      steps: [
        { step_id: "flaky", continue_on_error: true },
        { step_id: "check", continue_on_error: false },
      ],
    });
    expect(run.steps).toMatchObject([
      { errors: [{ kind: "message", message: "error: of no matter" }], continue_on_error: true },
      { errors: [error], error_line: 2, error_excerpt: `${TSC} ***`, continue_on_error: false },
    ]);
    const { items } = await caller.steps.attempts({ id: run.steps[1]?.id ?? "" });
    expect(items.map(({ errors }) => errors)).toEqual([[error], [error]]);

    await writeFile(join(made.project.path, "mended"), "");
    await caller.runs.retry({ id });
    await untilRun(database.db, id, "completed");
    const mended = await read();
    expect(mended.first_error).toBeNull();
    expect(mended.steps[1]).toMatchObject({ errors: null, error_line: null, error_excerpt: null });
  });

  it("is told by a report of tests where the log has no word of it, secrets hidden", async () => {
    const report = `printf '<testsuite><testcase classname="Round" name="half">%s</testcase></testsuite>' \
      "<failure message='got 2 with $TOKEN'/>" > "$PHASEBOARD_ARTIFACTS/junit.xml"; echo '1 failed'; exit 1`;
    const { made, to, caller, read } = await prepare([scriptStep("test", report, { secrets: ["TOKEN"] })]);
    await caller.secrets.set({ project_id: made.project.id, ...SECRET });
    await to("failed");
    expect((await read()).first_error).toMatchObject({
      kind: "report",
      message: "Round half: got 2 with ***",
      log_line: null,
    });
  });

  it("of code is told by the step that ended it, not by those that it went on after", async () => {
    const { made, caller } = await prepare([scriptStep("only", "true")]);
    const project_id = made.project.id;
    const folder = join(made.project.path, DEFINITIONS_FOLDER);
    await mkdir(folder, { recursive: true });
    const source = `import { defineWorkflow } from "phaseboard";
export default defineWorkflow({
  name: "rounds", phases: ["work"],
  async run({ step }) {
    await step.script("one", { run: "echo 'error: first'; exit 1", continueOnError: true });
    await step.script("two", { run: "echo 'error: second'; exit 1" });
  },
});
`;
    await writeFile(join(folder, "rounds.ts"), source);
    await caller.definitions.sync({ project_id });
    const { id } = await caller.runs.create({ project_id, workflow_definition_id: "rounds" });
    await untilRun(database.db, id, "failed");
    const { first_error } = await caller.runs.get({ id });
    expect(first_error).toMatchObject({ step_id: "two", message: "error: second" });
  });

  it("has the log's line also where the attempt goes on behind what an earlier worker wrote", async () => {
    const run = `if [ -e begun ]; then echo "${TSC}"; exit 1; fi; touch begun; printf 'a\\nb\\nc\\n'; sleep 60`;
    const { id, to, read } = await prepare([scriptStep("go", run)]);
    const failed = to("failed");
    const written = async () => {
      const { rows } = await database.db.execute(sql`
        select 1 from workflow_log_chunks c join workflow_run_step_attempts a on a.id = c.attempt_id
        join workflow_run_steps s on s.id = a.workflow_run_step_id
        where s.workflow_run_id = ${id} and c.type = 'events'`);
      return rows.length;
    };
    await expect.poll(written).toBeGreaterThan(0);
    worker.kill("SIGKILL");
    await startWorkerProcess(database.url);
    await failed;
    // Behind three lines and the one that says that it was interrupted.
    const { first_error } = await read();
    expect(first_error).toMatchObject({ message: "TS2304: Cannot find name 'x'.", log_line: 5 });
  });
});
