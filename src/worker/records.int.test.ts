import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workflowArtifacts } from "../db/schema/comments";
import { runKey } from "../engine/logs/paths";
import { EXECUTIONS } from "../lib/executions";
import { enqueueAdvance } from "../queue/enqueue";
import { testDatabase } from "../test/database";
import { makeProject, makeRun, scriptStep } from "../test/factories";
import { untilRun } from "../test/runs";
import { runWorker, type Worker } from "./main";

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
  await untilRun(database.db, run.id, "completed", 60_000);
  return { path, git, id: run.id };
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
    const [attempt] = await database.db.execute<{ output: unknown }>(sql`
      select output from workflow_run_steps where workflow_run_id = ${id} and step_id = 'work'`);
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
    expect((await readdir(join(path, runKey(id)))).sort()).toEqual(["args.json", "definition.json", "logs"]);
    expect(await readdir(join(tmpdir(), "scratch"))).not.toContain(id);
  });
});
