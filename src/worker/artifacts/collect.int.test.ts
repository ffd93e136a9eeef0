import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workflowArtifacts } from "../../db/schema/comments";
import { workflowRunSteps } from "../../db/schema/runs";
import type { ScriptStep } from "../../engine/definition/types";
import { artifactsKey, logKey, runKey } from "../../engine/logs/paths";
import { ClaimLost } from "../../engine/run/ports";
import { madeArtifacts } from "../../engine/steps/scratch";
import { enqueueAdvance } from "../../queue/enqueue";
import { attemptOf, openMemoryLog, runFacts } from "../../test/attempts";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun, scriptStep } from "../../test/factories";
import { readRun, untilRun } from "../../test/runs";
import { fileLogs } from "../logs/file-logs";
import { runWorker, type Worker } from "../main";
import { createStepArtifacts } from "./collect";

const SCRATCH = join(tmpdir(), "scratch");
const database = testDatabase({ fresh: true });
let worker: Worker;
beforeAll(async () => {
  worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: tmpdir() });
});
afterAll(() => worker.drain());

async function start(run: string, given: Partial<ScriptStep> = {}) {
  const made = await makeProject(database.db, { steps: [scriptStep("make", run, given)] });
  const { run: row } = await makeRun(database.db, made);
  await enqueueAdvance(database.db, row.id);
  return { id: row.id, path: made.project.path };
}

/** Runs one step for real; its artifacts, and what its log says of its own. */
async function finish(
  run: string,
  status: "completed" | "failed" = "completed",
  given: Partial<ScriptStep> = {},
) {
  const started = await start(run, given);
  await untilRun(database.db, started.id, status);
  return { ...started, ...(await read(started)) };
}

async function read({ id, path }: { id: string; path: string }) {
  const artifacts = await database.db
    .select()
    .from(workflowArtifacts)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, workflowArtifacts.workflow_run_step_id))
    .where(eq(workflowRunSteps.workflow_run_id, id))
    .orderBy(asc(workflowArtifacts.created_at), asc(workflowArtifacts.id));
  const rows = artifacts.map((found) => found.workflow_artifacts);
  await fileLogs(database.db, id);
  // Of a step that was cancelled by hand there is none yet.
  const log = await readFile(join(path, logKey(id, "make", 1, "events")), "utf8").catch(() => "");
  const said = log
    .split("\n")
    .filter((line) => line.includes('"system"'))
    .map((line) => String(JSON.parse(line).text).trim());
  return { rows, said, names: rows.map((row) => row.name) };
}

const filesOf = async (path: string, id: string) => {
  const entries = await readdir(join(path, artifactsKey(id, "make")), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries.filter((entry) => entry.isFile());
};

const notedFiles = async (id: string) =>
  (await database.db.execute(sql`select 1 from storage_deletions where key like ${`%${id}%`}`)).rows;

describe("what a step makes", () => {
  it("is kept under our names with its facts, told of, and leaves nothing else", async () => {
    const run = `mkdir -p "$PHASEBOARD_ARTIFACTS/a b/.c" dist/deep node_modules/x
      printf one > "$PHASEBOARD_ARTIFACTS/one.json"
      printf two > "$PHASEBOARD_ARTIFACTS/a b/.c/-two é"
      printf three > dist/deep/app.tgz; printf no > dist/app.zip; printf no > node_modules/x/app.tgz`;
    const { id, path, rows, said, names } = await finish(run, "completed", { artifacts: ["**/*.tgz"] });
    expect(names).toEqual(["a b/.c/-two é", "one.json", "dist/deep/app.tgz"]);
    const contents = ["two", "one", "three"];
    for (const [index, row] of rows.entries()) {
      const content = await readFile(join(path, row.file_path), "utf8");
      expect(content).toBe(contents[index]);
      expect(row).toMatchObject({
        file_path: `${artifactsKey(id, "make")}/${row.name}`,
        size_bytes: content.length,
        sha256: createHash("sha256").update(content).digest("hex"),
        workflow_comment_id: null,
      });
    }
    expect(rows.map((row) => row.file_type)).toEqual(["document", "code", "document"]);
    expect(await filesOf(path, id)).toHaveLength(3);
    expect(said).toEqual([]);
    expect(await readdir(join(path, runKey(id)))).not.toContain("tmp");
    expect(await notedFiles(id)).toEqual([]);
    const { rows: events } = await database.db.execute<{
      artifact_id: string;
      step_id: string;
      type: string;
    }>(sql`
      select type, data ->> 'artifact_id' as artifact_id, data ->> 'step_id' as step_id from workflow_events
      where workflow_run_id = ${id} and type = 'workflow.artifact.created'`);
    expect(events.map((event) => event.artifact_id).sort()).toEqual(rows.map((row) => row.id).sort());
    expect(new Set(events.map((event) => event.step_id))).toEqual(new Set(["make"]));
  });

  it("is kept when the step fails or times out too, relative to its working directory", async () => {
    const failing = `mkdir -p app; cd app; echo x > report.xml; exit 3`;
    expect((await finish(failing, "failed", { artifacts: ["app/*.xml"] })).names).toEqual(["app/report.xml"]);
    const late = await finish("echo x > $PHASEBOARD_ARTIFACTS/late; sleep 60", "failed", {
      timeout_ms: 1_000,
    });
    expect(late.names).toEqual(["late"]);
    const made = await makeProject(database.db, {
      steps: [
        scriptStep("prepare", "mkdir -p app/out; echo x > app/out/r.txt; echo y > out.txt"),
        scriptStep("make", "true", { working_directory: "app", artifacts: ["out"] }),
      ],
    });
    const { run } = await makeRun(database.db, made);
    await enqueueAdvance(database.db, run.id);
    await untilRun(database.db, run.id, "completed");
    expect((await read({ id: run.id, path: made.project.path })).names).toEqual(["out/r.txt"]);
  });

  it("is kept when the step is cancelled", async () => {
    const { id, path } = await start("echo x > $PHASEBOARD_ARTIFACTS/made; echo y > made; sleep 60");
    await expect.poll(() => readFile(join(path, "made"), "utf8")).toBe("y\n");
    await database.db.execute(sql`update workflow_runs set status = 'cancelled' where id = ${id}`);
    const holder = async () => (await readRun(database.db, id)).run.claimed_by;
    await expect.poll(holder).toBeNull();
    expect((await read({ id, path })).names).toEqual(["made"]);
    expect(await notedFiles(id)).toEqual([]);
  });

  it("follows no link out of the project and waits for no pipe", async () => {
    const run = `mkdir -p real out; echo inside > real/file; echo kept > out/kept
      ln -s /etc/passwd out/passwd; ln -s /etc out/etc; ln -s ../real/file out/link; ln -s ../real out/folder
      ln -s nowhere out/dangling; ln -s loop out/loop; mkfifo out/pipe
      ln -s "$(dirname $PHASEBOARD_ARGS)/args.json" out/args
      ln -s /etc/hosts $PHASEBOARD_ARTIFACTS/hosts; ln -s "$PWD/real/file" $PHASEBOARD_ARTIFACTS/mine`;
    const { rows, names, said, path } = await finish(run, "completed", {
      artifacts: ["out/**", ".agent/**"],
    });
    expect(names).toEqual(["mine", "out/kept", "out/link"]);
    for (const row of rows.filter((one) => one.name !== "out/kept")) {
      expect(await readFile(join(path, row.file_path), "utf8")).toBe("inside\n");
    }
    const outside = "it is a link that leads out of the project.";
    for (const text of [
      `The artifact hosts was not kept: ${outside}`,
      `The artifact out/passwd was not kept: ${outside}`,
      `The artifact out/args was not kept: ${outside}`,
      `The artifact out/etc was not kept: ${outside}`,
      "The artifact out/folder was not kept: it is a link to a folder.",
      "The artifact out/dangling was not kept: it is a link that leads nowhere, or is gone.",
      "The artifact out/loop was not kept: it is a link that leads to itself.",
      "out/pipe was not kept: it is no regular file.",
      "No file matches the artifacts .agent/**",
    ]) {
      expect(said).toContain(text);
    }
  });

  it("is taken whole where a folder is named, but for what is left out, in the order of names", async () => {
    const run = `mkdir -p site/.well-known site/maps/.deep site/node_modules
      for f in .nojekyll index.html b.html maps/a.map maps/.deep/b.map maps/keep.map .well-known/x node_modules/m; do
        printf "$f" > "site/$f"; done`;
    const artifacts = ["site", "!**/*.map", "site/maps/keep.map", "!site/b.html"];
    const { names, said } = await finish(run, "completed", { artifacts });
    expect(names).toEqual([
      "site/.nojekyll",
      "site/.well-known/x",
      "site/index.html",
      "site/maps/keep.map",
      "site/node_modules/m",
    ]);
    expect(said).toEqual([]);
  });

  it("is told apart by a number where names are one to a file system, and kept under names that are safe", async () => {
    const run = `cd "$PHASEBOARD_ARTIFACTS"; mkdir -p d "$(printf 'x\\ny')"; echo 1 > README.md; echo 2 > readme.md
      echo 3 > 'a:b\\c'; echo 4 > "$(printf 'x\\ny')/z"; echo 5 > d/.git; echo x > "$(printf 'caf\\351')"`;
    const again = await finish(`${run}; test $PHASEBOARD_ATTEMPT = 2`, "completed", {
      retry: { attempts: 2, delay_ms: 0, backoff: "constant" },
    });
    const keys = again.rows.map(({ file_path }) => file_path.split("/artifacts/make/")[1]);
    expect(new Set(keys).size).toBe(10);
    expect(keys.slice(0, 5)).toEqual(["README.md", "a_b_c", "d/_git", "readme-2.md", "x_y/z"]);
    expect(keys.slice(5)).toEqual(["README-3.md", "a_b_c-2", "d/_git-2", "readme-4.md", "x_y/z-2"]);
    expect(again.names.slice(0, 5)).toEqual(["README.md", "a:b\\c", "d/.git", "readme.md", "x\ny/z"]);
    for (const { file_path, size_bytes } of again.rows) {
      expect(await readFile(join(again.path, file_path))).toHaveLength(size_bytes);
    }
    expect(again.said).toContain(
      "The artifact caf\uFFFD was not kept: its name is no UTF-8; give it another.",
    );
  });

  it("is not looked for where the step put a link in place of its folder", async () => {
    const { names } = await finish("rmdir $PHASEBOARD_ARTIFACTS; ln -s /etc $PHASEBOARD_ARTIFACTS");
    expect(names).toEqual([]);
  });

  it("is kept at 100 MiB, left out above, and said so", async () => {
    const run = `truncate -s 104857600 $PHASEBOARD_ARTIFACTS/fits; truncate -s 104857601 $PHASEBOARD_ARTIFACTS/over`;
    const { rows, said, names } = await finish(run);
    expect(names).toEqual(["fits"]);
    expect(rows[0]?.size_bytes).toBe(104857600);
    expect(said).toEqual(["The artifact over was not kept: it is larger than 100 MiB."]);
  });

  it("fails nothing where it cannot be kept, and says why", async () => {
    const run = `HERE=$PWD; cd "$PHASEBOARD_ARTIFACTS"; for i in 1 2 3 4 5 6 7 8; do echo x > $i; done
      echo '"fine"' > $PHASEBOARD_OUTPUT; 
      records="$HERE/.agent/workflows/executions/$PHASEBOARD_RUN_ID"; mkdir -p "$records"; echo x > "$records/artifacts"`;
    const { rows, said } = await finish(run, "completed", { artifacts: ["../x", "[", "none"] });
    expect(rows).toEqual([]);
    expect(said).toContainEqual(expect.stringMatching(/^The artifact 1 was not kept: E\w+: /));
    expect(said).toContainEqual(
      expect.stringMatching(/^\d artifacts were not kept: the storage failed too often/),
    );
    expect(said).toContain("The artifacts ../x were not looked for: it leads out of the folder");
    expect(said).toContain("No file matches the artifacts none");
  });
});

describe("collecting", () => {
  /** An attempt that has made these files, and its log. */
  async function prepare(count: number) {
    const { project } = await makeProject(database.db);
    const facts = { ...runFacts(project.path), project };
    const attempt = attemptOf(facts, scriptStep("make", "true"));
    const folder = madeArtifacts(SCRATCH, attempt);
    await mkdir(folder, { recursive: true });
    for (let n = 0; n < count; n++) await writeFile(join(folder, String(n)), "x");
    const { log, sink } = await openMemoryLog(attempt);
    const finish = async () => {
      await log.end({ status: "completed", output: null, exit_code: 0, signal: null });
      return sink.textOf("system").split("\n").filter(Boolean);
    };
    return { attempt, log, finish, files: () => filesOf(project.path, facts.id) };
  }

  it("ends at the limit of files, and says so", async () => {
    const { attempt, log, finish, files } = await prepare(25);
    const collector = createStepArtifacts(database.db, SCRATCH, 20);
    expect(
      (await collector.collect(attempt, log, new AbortController().signal, { reports: false })).files,
    ).toHaveLength(20);
    expect(await files()).toHaveLength(20);
    expect(await finish()).toEqual(["The step made more than 20 artifacts; the others were not kept."]);
  });

  it("ends early where the worker is to stop, and at once where the claim is lost", async () => {
    const stopping = await prepare(3);
    const collector = createStepArtifacts(database.db, SCRATCH);
    const stopped = await collector.collect(stopping.attempt, stopping.log, AbortSignal.abort("handover"), {
      reports: false,
    });
    expect(stopped).toEqual({ files: [], reports: [], refusal: null });
    expect(await stopping.finish()).toContain("3 artifacts were not kept: the worker was asked to stop.");
    const lost = await prepare(3);
    const collecting = collector.collect(lost.attempt, lost.log, AbortSignal.abort("lost"), {
      reports: false,
    });
    await expect(collecting).rejects.toThrow(ClaimLost);
    expect(await lost.files()).toEqual([]);
  });
});
