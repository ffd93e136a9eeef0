import { execFileSync } from "node:child_process";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workflowArtifacts } from "../../db/schema/comments";
import { workflowRunStepAttempts } from "../../db/schema/runs";
import { logKey, runKey } from "../../engine/logs/paths";
import { EXECUTIONS } from "../../lib/executions";
import { enqueueAdvance } from "../../queue/enqueue";
import { serveApi, tokenOf } from "../../test/api-server";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { callerOf } from "../../test/people";
import { untilRun } from "../../test/runs";
import { runWorker, type Worker } from "../main";
import { fileLogs } from "./file-logs";

const database = testDatabase({ fresh: true });
let worker: Worker;
beforeAll(async () => {
  worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: tmpdir() });
});
afterAll(() => worker.drain());

/** A run of these steps in a project that is a repository with one commit. */
async function runInRepository(...steps: ReturnType<typeof scriptStep>[]) {
  const made = await makeProject(database.db, { steps });
  const { path } = made.project;
  const git = (...args: string[]) => execFileSync("git", ["-C", path, ...args], { encoding: "utf8" });
  git("init", "-q");
  git("config", "user.email", "ada@example.com");
  git("config", "user.name", "Ada");
  await writeFile(join(path, "README.md"), "# Work\n");
  git("add", "-A");
  git("commit", "-qm", "Begin");
  const { run } = await makeRun(database.db, made, { args: { channel: "beta" } });
  await enqueueAdvance(database.db, run.id);
  await untilRun(database.db, run.id, "completed");
  return { made, path, git, id: run.id };
}

describe("what Phaseboard keeps in a repository", () => {
  it("is not seen by git, whatever a step asks of it", async () => {
    const step = scriptStep(
      "work",
      `echo kept > "$PHASEBOARD_ARTIFACTS/kept.txt"
      git add -A; git status --porcelain
      echo changed >> README.md; git stash -u -q; git stash pop -q; git checkout -q README.md
      git clean -ffdx -q
      test -f "$PHASEBOARD_ARGS"; echo '{"ok":true}' > "$PHASEBOARD_OUTPUT"`,
    );
    const { path, git, id } = await runInRepository(
      step,
      scriptStep("after", 'test -d "$PHASEBOARD_ARTIFACTS"'),
    );
    expect(git("status", "--porcelain", "--ignored=no")).toBe("");
    const [row] = await database.db.select().from(workflowArtifacts);
    expect(row?.file_path).toBe(`${runKey(id)}/artifacts/work/kept.txt`);
    expect(await readFile(join(path, row?.file_path ?? ""), "utf8")).toBe("kept\n");
    const [attempt] = (
      await database.db.execute<{ output: unknown }>(sql`
      select output from workflow_run_steps where workflow_run_id = ${id} and step_id = 'work'`)
    ).rows;
    expect(attempt?.output).toEqual({ ok: true });
    expect(await readFile(join(path, EXECUTIONS, ".gitignore"), "utf8")).toBe("*\n");
  });

  it("is nothing but records: what only attempts need lies elsewhere, and goes with the run", async () => {
    const { path, id } = await runInRepository(
      scriptStep(
        "work",
        'for p in "$PHASEBOARD_ARGS" "$PHASEBOARD_OUTPUT" "$PHASEBOARD_ARTIFACTS"; do case $p in "$PWD"/*) exit 1;; esac; done',
      ),
    );
    await fileLogs(database.db, id);
    expect((await readdir(join(path, runKey(id)))).sort()).toEqual(["args.json", "definition.json", "logs"]);
    expect(await readdir(join(tmpdir(), "scratch"))).not.toContain(id);
  });
});

describe("what was removed from a repository", () => {
  const api = serveApi(database);
  const asking = async (made: MadeProject) => {
    const headers = { authorization: `Bearer ${await tokenOf(database, made.owner.user_id)}` };
    return async (path: string) => {
      const response = await fetch(`${api().url}/api/${path}`, { headers });
      return { status: response.status, text: await response.text() };
    };
  };

  it("is told of as gone by every way to it, and is no empty answer", async () => {
    const { made, git, id } = await runInRepository(
      scriptStep("work", 'echo said; echo kept > "$PHASEBOARD_ARTIFACTS/kept.txt"'),
    );
    const caller = callerOf(database.db, made.owner);
    const ask = await asking(made);
    await fileLogs(database.db, id);
    const { steps, artifacts } = await caller.runs.get({ id });
    const [step, artifact] = [steps[0]?.id ?? "", artifacts[0]?.id ?? ""];
    expect(artifacts[0]?.file_missing).toBe(false);
    const logsOf = async () => [
      ...(await caller.steps.get({ id: step })).attempts,
      ...(await caller.steps.attempts({ id: step })).items,
    ];
    expect((await logsOf()).map(({ file_missing }) => file_missing)).toEqual([false, false]);
    const summary = join(made.project.path, logKey(id, "work", 1, "summary"));
    await rename(summary, `${summary}.away`);
    expect((await logsOf()).map(({ file_missing }) => file_missing)).toEqual([true, true]);
    await rename(`${summary}.away`, summary);
    expect((await ask(`workflow-steps/${step}/logs/events`)).text).toContain("said");

    git("clean", "-ffdxq");
    const logs = ["events", "events?follow=1", "events?offset=10", "summary?attempt=1", "output", "input"];
    for (const log of logs) {
      const { status, text } = await ask(`workflow-steps/${step}/logs/${log}`);
      expect([log, status]).toEqual([log, 404]);
      expect(text).toContain(`${runKey(id)}/logs/work/1/`);
      expect(text).toContain("git clean -x");
    }
    await expect(caller.steps.logs({ id: step })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("The file of this log is gone from the server"),
    });
    const download = await ask(`artifacts/${artifact}`);
    expect([download.status, download.text.includes("gone from the server")]).toEqual([404, true]);
    const rows = [
      ...(await caller.runs.get({ id })).artifacts,
      ...(await caller.steps.get({ id: step })).artifacts,
      ...(await caller.artifacts.list({ run_id: id })).items,
      await caller.artifacts.get({ id: artifact }),
    ];
    expect(rows.map(({ file_missing }) => file_missing)).toEqual([true, true, true, true]);

    expect((await logsOf()).map(({ file_missing }) => file_missing)).toEqual([true, true]);

    await rm(made.project.path, { recursive: true });
    expect((await logsOf()).map(({ file_missing }) => file_missing)).toEqual([true, true]);
    expect((await ask(`workflow-steps/${step}/logs/events`)).status).toBe(404);
    expect((await caller.artifacts.get({ id: artifact })).file_missing).toBe(true);
  });

  it("is nothing where nothing was kept: an approval has no log", async () => {
    const made = await makeProject(database.db, { steps: [approvalStep("ask")] });
    const step = (await makeRun(database.db, made)).steps[0]?.id ?? "";
    const row = {
      workflow_run_step_id: step,
      number: 1,
      log_directory_path: "logs",
      status: "completed" as const,
    };
    await database.db.insert(workflowRunStepAttempts).values(row);
    const ask = await asking(made);
    expect(await ask(`workflow-steps/${step}/logs/events`)).toEqual({ status: 200, text: "" });
    const { attempts } = await callerOf(database.db, made.owner).steps.get({ id: step });
    expect(attempts[0]?.file_missing).toBe(false);
  });
});
