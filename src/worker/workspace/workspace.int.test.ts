import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CompiledStep } from "../../engine/definition/types";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { contentsOf, gitIn, gitProject, writeFiles } from "../../test/git-project";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";
import { runWorker, type Worker } from "../main";
import { sweepWorkspaces } from "./sweep-workspaces";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();
let data: string;
let worker: Worker | null = null;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
});
afterEach(async () => {
  await worker?.drain();
  worker = null;
  await rm(data, { recursive: true, force: true });
});

const startWorker = async (concurrency = 4) => {
  worker = await runWorker({ databaseUrl: database.url, concurrency, dataDir: data });
};

const filesOf = (made: MadeProject, runId: string) =>
  join(data, "workspaces", made.project.id, runId, "files");

async function startRun(made: MadeProject, given: Parameters<typeof makeRun>[2] = {}): Promise<string> {
  const { run } = await makeRun(database.db, made, given);
  await enqueueAdvance(database.db, run.id);
  return run.id;
}

/** The git tree of each step's snapshot, as the project has it. */
async function treesOf(made: MadeProject, runId: string): Promise<(string | null)[]> {
  const { steps } = await readRun(database.db, runId);
  return Promise.all(
    steps.map(({ snapshot }) =>
      snapshot === null ? null : gitIn(made.project.path, "rev-parse", `${snapshot}^{tree}`),
    ),
  );
}

const CHANGES: CompiledStep[] = [
  scriptStep(
    "change",
    "echo changed >> kept.txt; echo new > added.txt; mkdir -p deep/er; echo x > deep/er/x",
  ),
  scriptStep("remove", "rm gone.txt; git mv moved.txt elsewhere.txt; ln -s kept.txt link; rm -r deep"),
  scriptStep("commit", "chmod +x run.sh; git add -A; git commit -qm 'by the run'; echo more >> added.txt"),
  scriptStep("last", "echo 'odd' > 'a b\tc ü.txt'; git stash -qu; git stash pop -q; echo ignored > out.log"),
];

const START = {
  "kept.txt": "kept\n",
  "gone.txt": "gone\n",
  "moved.txt": "moved\n",
  "run.sh": "#!/bin/sh\n",
  ".gitignore": "*.log\n",
};

describe("a run of a git project", () => {
  it("works in a clone of its own, and nobody else's files change", async () => {
    const path = await gitProject(START);
    await writeFile(join(path, "kept.txt"), "not committed\n");
    await writeFiles(path, {
      "untracked.txt": "mine\n",
      ".git/hooks/post-checkout": "#!/bin/sh\ntouch /tmp/ran\n",
    });
    const before = await contentsOf(path, (name) => /^\.git\/(objects|refs\/phaseboard)|^\.agent/.test(name));
    const made = await makeProject(database.db, { path, workspace: "clone", steps: CHANGES });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    expect(
      await contentsOf(path, (name) => /^\.git\/(objects|refs\/phaseboard)|^\.agent/.test(name)),
    ).toEqual(before);
    const { run, steps } = await readRun(database.db, id);
    expect(run).toMatchObject({
      base_commit: await gitIn(path, "rev-parse", "main"),
      branch: expect.stringMatching(/^phaseboard\/\d+-test-run$/),
      snapshot: steps.at(-1)?.snapshot,
      changed_files: 7,
    });
    const listed = await gitIn(path, "ls-tree", "-r", "--name-only", "-z", run.snapshot ?? "");
    expect(listed.split("\0").sort()).toEqual(
      [".gitignore", "a b\tc ü.txt", "added.txt", "elsewhere.txt", "kept.txt", "link", "run.sh", ""].sort(),
    );
    expect(await gitIn(path, "branch", "--list", "--all")).toBe("* main");
    expect(await gitIn(path, "stash", "list")).toBe("");
  });

  it("begins again from each step with the files as they were before it", async () => {
    const path = await gitProject(START);
    const made = await makeProject(database.db, { path, workspace: "clone", steps: CHANGES });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    const trees = await treesOf(made, id);
    expect(new Set(trees).size).toBe(4);
    const files = filesOf(made, id);
    const status = await gitIn(files, "status", "--porcelain");
    for (const from_step_id of ["last", "commit", "remove", "change"]) {
      // What a person or a left-over process did to the folder does not stay either.
      await writeFiles(files, { "kept.txt": "spoilt", "stray.txt": "stray" });
      await callerOf(database.db, made.owner).runs.retry({ id, from_step_id });
      await untilRun(database.db, id, "completed");
      expect(await treesOf(made, id), `from ${from_step_id}`).toEqual(trees);
      expect(await gitIn(files, "status", "--porcelain"), `from ${from_step_id}`).toBe(status);
    }
  });

  it("has its files made anew where its folder is gone or broken", async () => {
    const path = await gitProject(START);
    const made = await makeProject(database.db, { path, workspace: "clone", steps: CHANGES });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    const trees = await treesOf(made, id);
    await gitIn(path, "commit", "--quiet", "--allow-empty", "--message=meanwhile");
    for (const spoil of ["", "snapshots.git/HEAD", "files/.git/objects", "files"]) {
      await rm(join(data, "workspaces", made.project.id, id, spoil), { recursive: true });
      await callerOf(database.db, made.owner).runs.retry({ id, from_step_id: "commit" });
      await untilRun(database.db, id, "completed");
      expect(await treesOf(made, id), spoil).toEqual(trees);
    }
  });

  it("goes on with the right files after its worker was killed in the midst of a step", async () => {
    const path = await gitProject(START);
    const steps = [
      scriptStep("one", "echo one > one.txt"),
      scriptStep(
        "two",
        "echo half >> kept.txt; touch half; [ -e DATA/go ] || sleep 60; echo whole >> kept.txt; rm half",
      ),
    ].map((step) => ({ ...step, run: step.run.replace("DATA", data) }));
    const made = await makeProject(database.db, { path, workspace: "clone", steps });
    const first = await startWorkerProcess(database.url, { PHASEBOARD_DATA_DIR: data });
    const id = await startRun(made);
    await expect.poll(() => existsSync(join(filesOf(made, id), "half"))).toBe(true);
    first.kill("SIGKILL");
    await writeFile(join(data, "go"), "");
    await startWorkerProcess(database.url, { PHASEBOARD_DATA_DIR: data });
    await untilRun(database.db, id, "completed");
    expect(await readFile(join(filesOf(made, id), "kept.txt"), "utf8")).toBe("kept\nhalf\nwhole\n");
  });

  it("tries a failed step again from the files before it, and keeps what the failed try left", async () => {
    const path = await gitProject(START);
    const tried = join(data, "tried");
    const step = scriptStep("flaky", `echo try >> kept.txt; [ -e ${tried} ] || { touch ${tried}; exit 1; }`);
    const steps = [{ ...step, retry: { attempts: 2, delay_ms: 0, backoff: "constant" as const } }];
    const made = await makeProject(database.db, { path, workspace: "clone", steps });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    expect(await readFile(join(filesOf(made, id), "kept.txt"), "utf8")).toBe("kept\ntry\n");
  });

  it("is not seen by fifteen others, whatever each does to its repository", async () => {
    const path = await gitProject(START);
    const before = await contentsOf(path, (name) => /^\.git\/(objects|refs\/phaseboard)|^\.agent/.test(name));
    const rough = `echo "$PHASEBOARD_RUN_ID" >> kept.txt; git commit -qam mine; echo more > new.txt; git stash -qu
      git clean -qffdx; git gc -q --prune=now; git stash pop -q; git branch -q other; git config user.name me`;
    const steps = [
      scriptStep("rough", rough),
      scriptStep("again", rough.replace("git branch -q other;", "")),
    ];
    const made = await makeProject(database.db, { path, workspace: "clone", steps });
    await startWorker(16);
    const ids = await Promise.all(Array.from({ length: 16 }, () => startRun(made)));
    for (const id of ids) {
      await untilRun(database.db, id, "completed", 120_000);
      const files = filesOf(made, id);
      expect(await readFile(join(files, "kept.txt"), "utf8")).toBe(`kept\n${id}\n${id}\n`);
      expect(await gitIn(files, "log", "--format=%s")).toBe("mine\nmine\nfirst");
    }
    expect(
      await contentsOf(path, (name) => /^\.git\/(objects|refs\/phaseboard)|^\.agent/.test(name)),
    ).toEqual(before);
    expect(await gitIn(path, "fsck", "--strict")).not.toMatch(/error|missing/);
  });

  it("begins from the branch, tag or commit that it names, or says that there is none", async () => {
    const path = await gitProject(START);
    await gitIn(path, "checkout", "--quiet", "-b", "topic");
    await writeFiles(path, { "topic.txt": "topic\n" });
    await gitIn(path, "add", "topic.txt");
    await gitIn(path, "commit", "--quiet", "--message=topic");
    await gitIn(path, "tag", "v1");
    const made = await makeProject(database.db, {
      path,
      workspace: "clone",
      steps: [scriptStep("list", "ls > files")],
    });
    await startWorker();
    const sees = async (base?: string) => {
      const id = await startRun(made, base === undefined ? {} : { base });
      await untilRun(database.db, id, "completed");
      return (await readFile(join(filesOf(made, id), "files"), "utf8")).includes("topic.txt");
    };
    expect(await sees()).toBe(false);
    expect(await sees("topic")).toBe(true);
    expect(await sees("v1")).toBe(true);
    expect(await sees((await gitIn(path, "rev-parse", "topic")).slice(0, 10))).toBe(true);
    for (const base of ["nowhere", "--upload-pack=touch"]) {
      const id = await startRun(made, { base });
      await untilRun(database.db, id, "failed");
      expect((await readRun(database.db, id)).steps[0]?.error_message).toContain(base);
    }
  });

  it("fetches its base first where the project has a remote that answers, and leaves the project's refs", async () => {
    const upstream = await gitProject(START);
    const path = `${data}/checkout`;
    await gitIn(data, "clone", "--quiet", upstream, path);
    await writeFiles(upstream, { "fresh.txt": "fresh\n" });
    await gitIn(upstream, "add", "--all");
    await gitIn(upstream, "commit", "--quiet", "--message=fresh");
    const refs = await gitIn(path, "for-each-ref", "refs/heads", "refs/remotes");
    const made = await makeProject(database.db, {
      path,
      workspace: "clone",
      steps: [scriptStep("see", "cat fresh.txt")],
    });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    expect(await gitIn(path, "for-each-ref", "refs/heads", "refs/remotes")).toBe(refs);
    // What a step that shares the folder could write there runs nowhere.
    const ran = join(data, "ran");
    const program = `touch ${ran}; false`;
    for (const name of [
      "core.sshCommand",
      "remote.origin.uploadpack",
      "core.alternateRefsCommand",
      "gpg.program",
    ])
      await gitIn(path, "config", name, program);
    await gitIn(path, "config", "log.showSignature", "true");
    await gitIn(path, "config", "extensions.partialClone", "origin");
    await gitIn(path, "config", "core.repositoryFormatVersion", "1");
    const again = await startRun(made);
    await untilRun(database.db, again, "completed");
    expect(existsSync(ran)).toBe(false);
    await rm(upstream, { recursive: true });
    const later = await startRun(made);
    await untilRun(database.db, later, "completed");
  });

  it("has the project's submodules, and theirs", async () => {
    const inner = await gitProject({ "inner.txt": "inner\n" });
    const middle = await gitProject({ "middle.txt": "middle\n" });
    const path = await gitProject(START);
    const local = ["-c", "protocol.file.allow=always"];
    await gitIn(middle, ...local, "submodule", "--quiet", "add", inner, "libs/inner");
    await gitIn(middle, "commit", "--quiet", "--message=inner");
    await gitIn(path, ...local, "submodule", "--quiet", "add", middle, "libs/middle one");
    await gitIn(path, ...local, "submodule", "--quiet", "update", "--init", "--recursive");
    await gitIn(path, "commit", "--quiet", "--message=middle");
    for (const gone of [inner, middle]) await rm(gone, { recursive: true });
    const steps = [
      scriptStep(
        "read",
        "cat 'libs/middle one/libs/inner/inner.txt' 'libs/middle one/middle.txt'; git submodule status --recursive",
      ),
    ];
    const made = await makeProject(database.db, { path, workspace: "clone", steps });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    expect((await readRun(database.db, id)).run.changed_files).toBe(0);
  });

  it("is set up once, takes named files along, and keeps neither", async () => {
    const path = await gitProject(START);
    await writeFiles(path, { ".env": "SECRET=1\n" });
    const setup = {
      run: "echo set-up >> made-by-set-up; mkdir -p node_modules/a; echo 1 > node_modules/a/index.js",
    };
    const steps = [
      scriptStep("one", '. ./.env; [ "$SECRET" = 1 ]; cat made-by-set-up'),
      scriptStep("two", "[ $(wc -l < made-by-set-up) = 1 ]; ls node_modules/a"),
    ];
    const made = await makeProject(database.db, { path, workspace: "clone", steps, setup, copy: [".env"] });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    expect((await readRun(database.db, id)).run.changed_files).toBe(0);
    await rm(filesOf(made, id), { recursive: true });
    await callerOf(database.db, made.owner).runs.retry({ id, from_step_id: "two" });
    await untilRun(database.db, id, "completed");
  });
});

describe("a cache", () => {
  it("takes what the set-up made to later runs, until its key is another", async () => {
    const path = await gitProject({ ...START, lock: "1\n" });
    const setup = {
      run: "[ -e deps/made ] || { mkdir deps; cat lock > deps/made; echo made >> made-here; }",
    };
    const cache = [{ path: "deps", key: "v-${{ hashFiles('lock', '*.none') }}" }];
    const steps = [scriptStep("see", "cat deps/made > seen; [ -e made-here ] && echo made >> seen || true")];
    const made = await makeProject(database.db, { path, workspace: "clone", steps, setup, cache });
    await startWorker();
    const sees = async () => {
      const id = await startRun(made);
      await untilRun(database.db, id, "completed");
      expect((await readRun(database.db, id)).run.changed_files).toBe(1);
      return readFile(join(filesOf(made, id), "seen"), "utf8");
    };
    expect(await sees()).toBe("1\nmade\n");
    expect(await sees()).toBe("1\n");
    await writeFile(join(path, "lock"), "2\n");
    await gitIn(path, "commit", "--quiet", "--all", "--message=second");
    expect(await sees()).toBe("2\nmade\n");
  });
});

describe("the folder of a run that ended", () => {
  it("goes after the time that its project says, unless a file in it is kept nowhere else", async () => {
    const path = await gitProject(START);
    const made = await makeProject(database.db, { path, workspace: "clone", steps: CHANGES });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    const trees = await treesOf(made, id);
    const folder = join(data, "workspaces", made.project.id, id);
    const sweep = () => sweepWorkspaces(database.db, join(data, "workspaces"));
    expect(await sweep()).toBe(0);
    await database.db.execute(
      sql`update workflow_runs set completed_at = now() - interval '25 hours' where id = ${id}`,
    );
    await writeFile(join(folder, "files", "by-hand.txt"), "written by a person");
    expect(await sweep()).toBe(0);
    await rm(join(folder, "files", "by-hand.txt"));
    await writeFile(join(folder, "files", "ignored.log"), "ignored");
    expect(await sweep()).toBe(1);
    expect(existsSync(folder)).toBe(false);
    await callerOf(database.db, made.owner).runs.retry({ id, from_step_id: "last" });
    await untilRun(database.db, id, "completed");
    expect(await treesOf(made, id)).toEqual(trees);
    await callerOf(database.db, made.owner).runs.delete({ id });
    expect(await sweep()).toBe(1);
  });
});

describe("code of a git project", () => {
  it("works in the run's clone, in its functions as in its steps, and begins again with its files", async () => {
    const path = await gitProject({
      ...START,
      ".agent/workflows/definitions/code.ts": `import { appendFileSync, existsSync } from "node:fs";
import { defineWorkflow } from "phaseboard";
export default defineWorkflow({ name: "Code", phases: ["work"], async run({ step }) {
  await step.function("write", () => appendFileSync("kept.txt", "by code\\n"));
  await step.script("read", { run: "grep -q 'by code' kept.txt; echo more >> kept.txt" });
  await step.function("end", () => existsSync("added.txt"));
} });
`,
    });
    const made = await makeProject(database.db, { path, workspace: "clone" });
    await startWorker();
    const call = callerOf(database.db, made.owner);
    const project_id = made.project.id;
    await call.definitions.sync({ project_id });
    const { id } = await call.runs.create({
      project_id,
      workflow_definition_id: "code",
      name: "Code",
      args: {},
    });
    await untilRun(database.db, id, "completed");
    const text = () => readFile(join(filesOf(made, id), "kept.txt"), "utf8");
    expect(await text()).toBe("kept\nby code\nmore\n");
    await call.runs.retry({ id, from_step_id: "read" });
    await untilRun(database.db, id, "completed");
    expect(await text()).toBe("kept\nby code\nmore\n");
    expect(await readFile(join(path, "kept.txt"), "utf8")).toBe("kept\n");
  });
});

describe("a run of a project that is no git repository", () => {
  it("works in a copy, begins again from each step, and is made anew", async () => {
    const path = await mkdtemp(join(tmpdir(), "phaseboard-plain-"));
    await writeFiles(path, { ...START, ".agent/workflows/definitions/a.yaml": "name: A\n" });
    const steps = CHANGES.map((step) =>
      step.kind === "script"
        ? { ...step, run: step.run.replace(/git mv/, "mv").replace(/git [^;]*(;|$)/g, "true;") }
        : step,
    );
    const made = await makeProject(database.db, { path, workspace: "copy", steps });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    const keeper = join(path, ".agent/workflows/snapshots.git");
    const trees = async () => {
      const { steps: rows } = await readRun(database.db, id);
      return Promise.all(rows.map(({ snapshot }) => gitIn(keeper, "rev-parse", `${snapshot}^{tree}`)));
    };
    const before = await trees();
    expect(new Set(before).size).toBe(4);
    expect(await readFile(join(path, "kept.txt"), "utf8")).toBe("kept\n");
    for (const from_step_id of ["last", "change", "remove"]) {
      await writeFile(join(path, "later.txt"), "later\n");
      if (from_step_id === "change") await rm(filesOf(made, id), { recursive: true });
      await callerOf(database.db, made.owner).runs.retry({ id, from_step_id });
      await untilRun(database.db, id, "completed");
      expect(await trees(), from_step_id).toEqual(before);
    }
  });

  it("works in a copy of a folder in which there is nothing", async () => {
    const path = await mkdtemp(join(tmpdir(), "phaseboard-plain-"));
    const steps = ["true", "echo new > new.txt", "rm new.txt"].map((run, place) => ({
      ...(CHANGES[0] as (typeof CHANGES)[number]),
      id: `step${place}`,
      kind: "script" as const,
      run,
    }));
    const made = await makeProject(database.db, { path, workspace: "copy", steps: steps as typeof CHANGES });
    await startWorker();
    const id = await startRun(made);
    await untilRun(database.db, id, "completed");
    const { steps: rows } = await readRun(database.db, id);
    const [first, second, last] = rows.map(({ snapshot }) => snapshot);
    expect(first).not.toBeNull();
    expect(second).not.toBe(first);
    const keeper = join(path, ".agent/workflows/snapshots.git");
    expect(await gitIn(keeper, "ls-tree", "-r", "--name-only", second ?? "")).toBe("new.txt");
    expect(await gitIn(keeper, "ls-tree", "-r", "--name-only", last ?? "")).toBe("");
  });
});
