import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { workflowEvents } from "../../db/schema/events";
import { projects } from "../../db/schema/projects";
import { workflowRuns } from "../../db/schema/runs";
import type { CompiledStep } from "../../engine/definition/types";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { contentsOf, gitIn, gitProject, writeFiles } from "../../test/git-project";
import { type GitServer, serveGit } from "../../test/git-server";
import { addRole, callerOf, makePerson } from "../../test/people";
import { untilRun } from "../../test/runs";
import { runWorker, type Worker } from "../../worker/main";

const database = testDatabase({ fresh: true });
const run = promisify(execFile);
let data: string;
let root: string;
let server: GitServer;
let closed: GitServer;
let worker: Worker;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  root = await mkdtemp(join(tmpdir(), "phaseboard-remotes-"));
  server = await serveGit(root);
  closed = await serveGit(root, "ada:secret word");
  worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: data });
});
afterAll(async () => {
  await worker.drain();
  await Promise.all([server.close(), closed.close()]);
  await rm(data, { recursive: true, force: true });
});

const FILES = { "a.txt": "one\ntwo\nthree\nfour\nfive\nsix\nseven\n", "b.txt": "b\n", "run.sh": "true\n" };
const EDIT = scriptStep(
  "edit",
  "sed -i s/two/TWO/ a.txt; git commit -qam 'by the run'; echo new > new.txt; chmod +x run.sh",
);
const MORE = scriptStep("more", "echo more >> new.txt");

interface Started {
  made: MadeProject;
  /** The project's folder. */
  path: string;
  id: string;
}

/** Whether a folder can be closed even to root, which takes root and a file system that knows of it. */
function canClose(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "phaseboard-closed-"));
  const isClosed = spawnSync("chattr", ["+i", folder]).status === 0;
  if (isClosed) spawnSync("chattr", ["-i", folder]);
  rmdirSync(folder);
  return isClosed;
}

let remotes = 0;

/** A project with a remote that a run has worked on. */
async function startRun({
  steps = [EDIT],
  files = FILES,
  from = () => server.url,
  ...given
}: {
  steps?: CompiledStep[];
  files?: Record<string, string>;
  from?: () => string;
  copy?: string[];
} = {}) {
  const path = await gitProject(files);
  const name = `acme/site-${++remotes}.git`;
  await gitIn(root, "clone", "--quiet", "--bare", path, name);
  await gitIn(path, "remote", "add", "origin", `${from()}/${name}`);
  const made = await makeProject(database.db, { path, workspace: "clone", steps, ...given });
  const { run } = await makeRun(database.db, made);
  await enqueueAdvance(database.db, run.id);
  await untilRun(database.db, run.id, "completed");
  return { made, path, id: run.id, name, bare: join(root, name) };
}

const auditOf = async ({ made }: Pick<Started, "made">, action: string) =>
  (await callerOf(database.db, made.owner).audit.list({ project_id: made.project.id, action })).items;

const by = ({ made }: Pick<Started, "made">, actor: PersonActor = made.owner) =>
  callerOf(database.db, actor).runs;
const rowOf = async (id: string) =>
  (await database.db.select().from(workflowRuns).where(eq(workflowRuns.id, id)))[0];
const commentsOf = async (started: Started) =>
  (await callerOf(database.db, started.made.owner).comments.list({ run_id: started.id })).items.map(
    ({ text }) => text,
  );

describe("a push", () => {
  it("sends the steps' commits and one of the rest, by who pushes", async () => {
    const started = await startRun();
    const { id, bare, path } = started;
    const before = await contentsOf(path, (name) => /^\.git\/(objects|refs\/phaseboard)|^\.agent/.test(name));
    const pushed = await by(started).push({ id });
    const { branch } = (await rowOf(id)) ?? {};
    expect(pushed).toEqual({ remote: "origin", branch, commit: expect.any(String), is_new: true });
    const log = await gitIn(bare, "log", "--format=%an|%s", `main..${branch}`);
    expect(log.split("\n")).toEqual(
      [`${started.made.owner.name}|Test run`, "Ada|by the run"].map((line) =>
        line.replace("Ada|by", "Phaseboard|by"),
      ),
    );
    expect(await gitIn(bare, "log", "-1", "--format=%B", branch ?? "")).toContain(`/runs/${id}`);
    expect(await gitIn(bare, "ls-tree", "-r", "--name-only", branch ?? "")).toBe(
      "a.txt\nb.txt\nnew.txt\nrun.sh",
    );
    expect(await gitIn(bare, "ls-tree", branch ?? "", "run.sh")).toMatch(/^100755/);
    // The project's own branches, index and files are as they were.
    expect(
      await contentsOf(path, (name) => /^\.git\/(objects|refs\/phaseboard)|^\.agent/.test(name)),
    ).toEqual(before);
    expect(await by(started).push({ id })).toMatchObject({ is_new: false, commit: pushed.commit });
    const comments = await commentsOf(started);
    expect(comments.filter((text) => text.startsWith("Pushed to"))).toHaveLength(1);
    expect(await auditOf(started, "runs.push")).toMatchObject([
      { target_id: id, after: { pushed_branch: branch } },
      { target_id: id, after: { pushed_branch: branch } },
    ]);
    expect((await by(started).waysOut({ id })).push).toMatchObject({
      reason: null,
      done: true,
      remote: "origin",
    });
  });

  it("goes on from what was pushed before, also by another person and after a retry", async () => {
    const started = await startRun({ steps: [EDIT, MORE] });
    const { id, bare, made } = started;
    const { commit } = await by(started).push({ id });
    const other = await makePerson(database.db, "Grace");
    await addRole(database.db, made.project.id, other, "member");
    expect(await by(started, other).push({ id })).toMatchObject({ is_new: false, commit });
    await by(started).retry({ id, from_step_id: "more" });
    await untilRun(database.db, id, "completed");
    const { branch } = (await rowOf(id)) ?? {};
    // A step that adds as often as it runs.
    expect(await gitIn(bare, "show", `${branch}:new.txt`)).toBe("new\nmore");
    await by(started).retry({ id, from_step_id: "edit" });
    await untilRun(database.db, id, "completed");
    await by(started, other).push({ id });
    expect(await gitIn(bare, "merge-base", "--is-ancestor", commit, branch ?? "")).toBe("");
    expect(await gitIn(bare, "show", `${branch}:new.txt`)).toBe("new\nmore");
  });

  it("never goes over commits of others", async () => {
    const started = await startRun();
    const { id, bare } = started;
    await by(started).push({ id, branch: "theirs" });
    const clone = await mkdtemp(join(tmpdir(), "phaseboard-clone-"));
    await gitIn(clone, "clone", "--quiet", "--branch=theirs", bare, ".");
    await writeFiles(clone, { "new.txt": "by a person\n" });
    await gitIn(clone, "commit", "--quiet", "-am", "a person's");
    await gitIn(clone, "push", "--quiet");
    const there = await gitIn(bare, "rev-parse", "theirs");
    await expect(by(started).push({ id, branch: "theirs" })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(
        /theirs on origin has commits that this run does not have .* another branch/,
      ),
    });
    expect(await gitIn(bare, "rev-parse", "theirs")).toBe(there);
    // A branch that the run's commits go on from is no obstacle.
    expect(await by(started).push({ id, branch: "main" })).toMatchObject({ is_new: true });
  });

  it("signs in with the project's secret, which is told to nobody else", async () => {
    const started = await startRun({ from: () => closed.url.replace("//", "//ada@") });
    const { id, made } = started;
    await expect(by(started).push({ id })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/origin wants credentials .* secret of the project/),
    });
    const caller = callerOf(database.db, made.owner);
    const project_id = made.project.id;
    await caller.projects.update({ id: project_id, git_secret: "GIT_TOKEN" });
    await expect(by(started).push({ id })).rejects.toThrow(/no such secret/);
    await caller.secrets.set({ project_id, name: "GIT_TOKEN", value: "wrong word" });
    const refused = await by(started)
      .push({ id })
      .catch((error: Error) => error.message);
    expect(refused).toMatch(/does not take the credentials/);
    expect(refused).not.toContain("wrong word");
    await caller.secrets.set({ project_id, name: "GIT_TOKEN", value: "secret word" });
    expect(await by(started).push({ id })).toMatchObject({ is_new: true });
    await caller.projects.update({ id: project_id, git_user: "eve" });
    await expect(by(started).push({ id, branch: "other" })).rejects.toThrow(/does not take the credentials/);
    // A password in the remote's address counts where the settings name none.
    await caller.projects.update({ id: project_id, git_secret: null });
    const url = `${closed.url.replace("//", "//ada:secret%20word@")}/${started.name}`;
    await gitIn(started.path, "remote", "set-url", "origin", url);
    expect(await by(started).push({ id, branch: "other" })).toMatchObject({ is_new: true });
  });

  it("says why it cannot be", async () => {
    const started = await startRun();
    const { id, path } = started;
    await expect(by(started).push({ id, remote: "none" })).rejects.toThrow('has no remote "none"');
    await gitIn(path, "remote", "set-url", "origin", `${server.url}/acme/gone.git`);
    await expect(by(started).push({ id })).rejects.toThrow(/origin could not be reached: .*not found/i);
    await gitIn(path, "remote", "set-url", "origin", "ext::sh -c touch% /tmp/phaseboard-ran");
    await expect(by(started).push({ id })).rejects.toThrow(/transport 'ext' not allowed/);
    await gitIn(path, "remote", "set-url", "origin", "/tmp/no such");
    await expect(by(started).push({ id })).rejects.toThrow("There is no folder /tmp/no such");
    await gitIn(path, "remote", "remove", "origin");
    await expect(by(started).push({ id })).rejects.toThrow(/has no remote/);
    expect((await by(started).waysOut({ id })).push).toMatchObject({
      reason: expect.stringMatching(/has no remote/),
    });
    const idle = await startRun({ steps: [scriptStep("none", "true")] });
    await expect(by(idle).push({ id: idle.id })).rejects.toThrow("The run has changed no files.");
  });

  it("never sends what is taken along", async () => {
    const steps = [
      scriptStep("edit", "cat .env > copied; git add -A; git commit -qm all; echo more > more.txt"),
    ];
    const path = await gitProject(FILES);
    await writeFile(join(path, ".env"), "KEY=1\n");
    const made = await makeProject(database.db, { path, workspace: "clone", steps, copy: [".env"] });
    await gitIn(root, "init", "--quiet", "--bare", "along.git");
    await gitIn(path, "remote", "add", "origin", `${server.url}/along.git`);
    const start = async () => {
      const { run } = await makeRun(database.db, made);
      await enqueueAdvance(database.db, run.id);
      await untilRun(database.db, run.id, "completed");
      return run.id;
    };
    const id = await start();
    await by({ made }).push({ id, branch: "one" });
    expect(await gitIn(join(root, "along.git"), "ls-tree", "-r", "--name-only", "one")).toBe(
      "a.txt\nb.txt\ncopied\nmore.txt\nrun.sh",
    );
    const forced = await makeProject(database.db, {
      path: await gitProject(FILES),
      workspace: "clone",
      copy: [".env"],
      steps: [
        scriptStep(
          "edit",
          "echo KEY=2 > .env; git add -f .env; git commit -qm forced; git rm -q --cached .env; git commit -qm gone; echo x > x",
        ),
      ],
    });
    await gitIn(forced.project.path, "remote", "add", "origin", `${server.url}/along.git`);
    const { run } = await makeRun(database.db, forced);
    await enqueueAdvance(database.db, run.id);
    await untilRun(database.db, run.id, "completed");
    await expect(by({ made: forced }).push({ id: run.id, branch: "two" })).rejects.toThrow(/committed \.env/);
  });
});

describe("an application", () => {
  it("brings the commits into the branch that the project's folder is on", async () => {
    const started = await startRun();
    const { id, path } = started;
    await writeFiles(path, { "b.txt": "not committed\n", "mine.txt": "mine\n" });
    const applied = await by(started).applyChanges({ id });
    expect(applied).toMatchObject({ branch: "main", is_new: true });
    expect(await gitIn(path, "rev-parse", "main")).toBe(applied.commit);
    expect(await gitIn(path, "status", "--porcelain")).toBe(
      "M b.txt\n?? mine.txt".replace(/^M/, " M").trim(),
    );
    expect(await readFile(join(path, "a.txt"), "utf8")).toContain("TWO");
    expect(await readFile(join(path, "new.txt"), "utf8")).toBe("new\n");
    expect(await by(started).applyChanges({ id })).toMatchObject({ is_new: false });
    expect(await auditOf(started, "runs.applyChanges")).toHaveLength(2);
    expect((await by(started).waysOut({ id })).apply).toEqual({ reason: null, done: true });
  });

  it("merges where the branch has gone on, and says where both have changed the same lines", async () => {
    const started = await startRun();
    const { id, path } = started;
    await writeFiles(path, { "a.txt": FILES["a.txt"].replace("seven", "SEVEN") });
    await gitIn(path, "commit", "--quiet", "-am", "a person's");
    const applied = await by(started).applyChanges({ id });
    expect(await gitIn(path, "log", "-1", "--format=%an|%s|%p", applied.commit ?? "")).toMatch(
      /^Owner.*\|Merge run 1: Test run\|\w+ \w+$/i,
    );
    expect(await readFile(join(path, "a.txt"), "utf8")).toBe("one\nTWO\nthree\nfour\nfive\nsix\nSEVEN\n");
    expect(await gitIn(path, "status", "--porcelain")).toBe("");
    const other = await startRun();
    await writeFiles(other.path, { "a.txt": FILES["a.txt"].replace("two", "zwei") });
    await gitIn(other.path, "commit", "--quiet", "-am", "a person's");
    const before = await contentsOf(other.path, (name) => /^\.git\/objects/.test(name));
    await expect(by(other).applyChanges({ id: other.id })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/changed the same lines, in a\.txt/),
    });
    expect(await contentsOf(other.path, (name) => /^\.git\/objects/.test(name))).toEqual(before);
  });

  it("writes over nothing, leaves the index as it is where it refuses, and starts no program of the project's", async () => {
    const started = await startRun();
    const { id, path } = started;
    const cases: [change: () => Promise<unknown>, reason: string][] = [
      [() => writeFiles(path, { "a.txt": "mine\n" }), "a.txt is not as"],
      [() => writeFiles(path, { "new.txt": "mine\n" }), "new.txt is not as"],
      [
        async () => {
          await rm(join(path, "a.txt"));
          await writeFiles(path, { "run.sh": "mine\n" });
          await gitIn(path, "add", "run.sh");
        },
        "a.txt, run.sh are not as",
      ],
    ];
    for (const [change, reason] of cases) {
      await change();
      const before = await contentsOf(path, (name) => /^\.git\/objects/.test(name));
      await expect(by(started).applyChanges({ id })).rejects.toThrow(reason);
      expect(await contentsOf(path, (name) => /^\.git\/objects/.test(name))).toEqual(before);
      await gitIn(path, "reset", "--quiet", "--hard");
      await rm(join(path, "new.txt"), { force: true });
    }
    const ran = join(data, "ran");
    await writeFiles(path, {
      ".git/hooks/post-merge": `#!/bin/sh\ntouch ${ran}\n`,
      ".git/info/attributes": "*.txt filter=evil\n",
    });
    await gitIn(path, "config", "filter.evil.smudge", `touch ${ran}; cat`);
    await gitIn(path, "config", "core.fsmonitor", `touch ${ran}`);
    await by(started).applyChanges({ id });
    await expect(readFile(ran)).rejects.toThrow("ENOENT");
  });

  it("takes a maintainer where it changes what the project runs", async () => {
    const steps = [
      scriptStep("edit", "mkdir -p .agent; echo 'x: { command: y }' > .agent/agents.yaml; echo x > x"),
    ];
    const started = await startRun({ steps });
    const { id, made, path } = started;
    const member = await makePerson(database.db, "Grace");
    await addRole(database.db, made.project.id, member, "member");
    await expect(by(started, member).applyChanges({ id })).rejects.toThrow(
      /changes \.agent\/agents\.yaml, .* A maintainer or owner/,
    );
    expect(await gitIn(path, "status", "--porcelain")).toBe("");
    expect(await by(started).applyChanges({ id })).toMatchObject({ is_new: true });
  });

  it.runIf(canClose())("leaves nothing half done where a file cannot be written", async () => {
    const steps = [
      scriptStep("edit", "echo x >> a.txt; rm b.txt; mkdir -p closed; echo x > closed/x; echo z > z.txt"),
    ];
    const started = await startRun({ steps });
    const { id, path } = started;
    await writeFiles(path, { "run.sh": "mine\n" });
    // Not even root may write there.
    await mkdir(join(path, "closed"));
    await run("chattr", ["+i", join(path, "closed")]);
    try {
      const before = await contentsOf(path, (name) => /^\.git\/(objects|index)/.test(name));
      await expect(by(started).applyChanges({ id })).rejects.toThrow(/did not write the files: .*closed\/x/);
      expect(await contentsOf(path, (name) => /^\.git\/(objects|index)/.test(name))).toEqual(before);
      expect(await gitIn(path, "status", "--porcelain")).toBe("M run.sh");
    } finally {
      await run("chattr", ["-i", join(path, "closed")]);
    }
    await rm(join(path, "closed"), { recursive: true });
    expect(await by(started).applyChanges({ id })).toMatchObject({ is_new: true });
  });

  it("refuses files that go through a filter", async () => {
    const started = await startRun({ files: { ...FILES, ".gitattributes": "*.txt filter=lfs\n" } });
    await expect(by(started).applyChanges({ id: started.id })).rejects.toThrow(
      /a\.txt, new\.txt go through a filter/,
    );
  });

  it("goes file by file where the project is no git repository", async () => {
    const path = await mkdtemp(join(tmpdir(), "phaseboard-plain-"));
    await writeFiles(path, { "a.txt": "a\n", "gone.txt": "gone\n", "kept.txt": "kept\n" });
    const steps = [
      scriptStep("edit", "echo A > a.txt; rm gone.txt; mkdir d; echo d > d/d"),
      scriptStep("more", "echo e > d/e"),
    ];
    const made = await makeProject(database.db, { path, workspace: "copy", steps });
    const start = async () => {
      const { run } = await makeRun(database.db, made);
      await enqueueAdvance(database.db, run.id);
      await untilRun(database.db, run.id, "completed");
      return run.id;
    };
    const [id, late] = [await start(), await start()];
    await writeFiles(path, { "kept.txt": "mine\n" });
    expect(await by({ made }).applyChanges({ id })).toEqual({ branch: null, commit: null, is_new: true });
    const now = { "a.txt": "A\n", "kept.txt": "mine\n", "d/d": "d\n", "d/e": "e\n" };
    expect(await contentsOf(path, (name) => name.startsWith(".agent"))).toEqual(now);
    expect(await by({ made }).applyChanges({ id })).toMatchObject({ is_new: false });
    await writeFiles(path, { "a.txt": "mine\n" });
    await expect(by({ made }).applyChanges({ id: late })).rejects.toThrow(
      "a.txt, gone.txt, d/d, d/e are not as",
    );
    expect(await contentsOf(path, (name) => name.startsWith(".agent"))).toEqual({
      ...now,
      "a.txt": "mine\n",
    });
    await expect(by({ made }).push({ id })).rejects.toThrow(/worked in a copy/);
    await expect(by({ made }).updateFromBase({ id })).rejects.toThrow(/worked in a copy/);
  });
});

describe("an update from the base", () => {
  it("brings the base's commits under what the run has made, committed or not", async () => {
    const started = await startRun({ steps: [EDIT, MORE] });
    const { id, path, made } = started;
    expect((await by(started).waysOut({ id })).update).toEqual({
      base: "main",
      behind: 0,
      note: null,
      reason: "The run has all of it.",
    });
    await writeFiles(path, { "a.txt": FILES["a.txt"].replace("seven", "SEVEN"), "theirs.txt": "theirs\n" });
    await gitIn(path, "add", "--all");
    await gitIn(path, "commit", "--quiet", "-m", "a person's");
    expect((await by(started).waysOut({ id, fresh: "1" })).update).toMatchObject({ behind: 1, reason: null });
    const before = await rowOf(id);
    const updated = await by(started).updateFromBase({ id });
    expect(await auditOf(started, "runs.updateFromBase")).toMatchObject([
      { target_id: id, after: { snapshot: updated.snapshot } },
    ]);
    expect(updated).toMatchObject({ base: "main", commit: await gitIn(path, "rev-parse", "main") });
    const after = await rowOf(id);
    expect(after).toMatchObject({
      snapshot: updated.snapshot,
      base_commit: updated.commit,
      changed_files: before?.changed_files,
      added_lines: before?.added_lines,
    });
    const changes = await by(started).changes({ id });
    expect(changes.items.map((file) => file.path)).toEqual(["a.txt", "new.txt", "run.sh"]);
    expect(await gitIn(path, "show", `${updated.snapshot}:a.txt`)).toBe(
      FILES["a.txt"].replace("seven", "SEVEN").replace("two", "TWO").trim(),
    );
    // The next step begins from it, in the same folder, and the run's commits follow the base.
    await database.db
      .update(projects)
      .set({ max_concurrent_runs: 10 })
      .where(eq(projects.id, made.project.id));
    const folder = join(data, "workspaces", made.project.id, id, "files");
    await expect(by(started).updateFromBase({ id })).rejects.toThrow(/has all that main has/);
    expect(await gitIn(path, "log", "--format=%s", `${updated.snapshot}^1`, "-1")).toMatch(
      /^Merge main into phaseboard/,
    );
    await by(started).push({ id, branch: "updated" });
    expect(await gitIn(started.bare, "show", "updated:theirs.txt")).toBe("theirs");
    await by(started).retry({ id, from_step_id: "more" });
    await untilRun(database.db, id, "completed");
    // Before that step the base was the old one.
    expect(await rowOf(id)).toMatchObject({ base_commit: before?.base_commit, snapshot: expect.any(String) });
    expect(await contentsOf(folder, (name) => name.startsWith(".git"))).not.toHaveProperty("theirs.txt");
    const again = await by(started).updateFromBase({ id });
    await by(started).retry({ id, from_step_id: "edit" });
    await untilRun(database.db, id, "completed");
    expect(again.commit).toBe(updated.commit);
  });

  it("is what the next step of a run that waits begins from", async () => {
    const path = await gitProject(FILES);
    const check = scriptStep("check", "cat theirs.txt new.txt > both.txt; git log -1 --format=%s > last.txt");
    const made = await makeProject(database.db, {
      path,
      workspace: "clone",
      steps: [EDIT, approvalStep("sign-off"), check],
    });
    const { run } = await makeRun(database.db, made);
    await enqueueAdvance(database.db, run.id);
    await expect.poll(async () => (await rowOf(run.id))?.waiting_since, { timeout: 20_000 }).toBeTruthy();
    await writeFiles(path, { "theirs.txt": "theirs\n" });
    await gitIn(path, "add", "--all");
    await gitIn(path, "commit", "--quiet", "-m", "a person's");
    const updated = await by({ made }).updateFromBase({ id: run.id });
    const told = await database.db.$count(
      workflowEvents,
      and(eq(workflowEvents.workflow_run_id, run.id), eq(workflowEvents.type, "workflow.execution.updated")),
    );
    expect(told).toBe(1);
    await callerOf(database.db, made.owner).steps.decide({
      id: "sign-off",
      run_id: run.id,
      decision: "approve",
    });
    await untilRun(database.db, run.id, "completed");
    const row = await rowOf(run.id);
    expect(row).toMatchObject({ base_commit: updated.commit, changed_files: 5 });
    expect(await gitIn(path, "show", `${row?.snapshot}:both.txt`)).toBe("theirs\nnew");
    expect(await gitIn(path, "show", `${row?.snapshot}:last.txt`)).toMatch(/^Merge main into phaseboard/);
    // All snapshots stay where the project finds them.
    expect(
      await gitIn(path, "merge-base", "--is-ancestor", updated.snapshot, `refs/phaseboard/runs/${run.id}`),
    ).toBe("");
  });

  it("says which files contradict each other, and changes nothing", async () => {
    const started = await startRun();
    const { id, path } = started;
    await writeFiles(path, { "a.txt": FILES["a.txt"].replace("two", "zwei"), "new.txt": "theirs\n" });
    await gitIn(path, "add", "--all");
    await gitIn(path, "commit", "--quiet", "-m", "a person's");
    const before = await rowOf(id);
    await expect(by(started).updateFromBase({ id })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/same lines, in a\.txt/),
    });
    expect(await rowOf(id)).toEqual(before);
  });

  it("is refused while a worker has the run", async () => {
    const path = await gitProject(FILES);
    const steps = [EDIT, scriptStep("waits", "until test -e go; do sleep 0.1; done")];
    const made = await makeProject(database.db, { path, workspace: "clone", steps });
    const { run } = await makeRun(database.db, made);
    await enqueueAdvance(database.db, run.id);
    await expect.poll(async () => (await rowOf(run.id))?.snapshot, { timeout: 20_000 }).toBeTruthy();
    await expect(by({ made }).updateFromBase({ id: run.id })).rejects.toThrow(/A worker holds the run/);
    await writeFile(join(data, "workspaces", made.project.id, run.id, "files", "go"), "");
    await untilRun(database.db, run.id, "completed");
  });
});

describe("where people have not agreed to it", () => {
  it("goes nowhere once a step beside the approval has changed files, until that is asked again", async () => {
    const path = await gitProject(FILES);
    const named = { needs: ["edit"], needs_named: true as const };
    const slow = scriptStep("slow", "until test -e go; do sleep 0.1; done; echo more >> new.txt");
    const steps = [EDIT, { ...approvalStep("sign-off"), ...named }, { ...slow, ...named }];
    const made = await makeProject(database.db, { path, workspace: "clone", steps });
    const { run } = await makeRun(database.db, made);
    const { id } = run;
    await enqueueAdvance(database.db, id);
    const { steps: call, runs: read } = callerOf(database.db, made.owner);
    const waits = async () =>
      (await read.get({ id })).steps.map(({ status, waiting_for }) => [status, waiting_for]);
    const asked = ["running", "approval"];
    await expect.poll(waits).toEqual([["completed", null], asked, ["running", null]]);
    await call.decide({ id: "sign-off", run_id: id, decision: "approve" });
    await writeFile(join(data, "workspaces", made.project.id, id, "files", "go"), "");
    await untilRun(database.db, id, "completed");
    const runs = by({ made });
    const refused = {
      code: "CONFLICT",
      message: expect.stringMatching(
        /^"slow" has changed files since "sign-off" was approved\. Retry the run/,
      ),
    };
    await expect(runs.applyChanges({ id })).rejects.toMatchObject(refused);
    expect((await runs.waysOut({ id })).apply.reason).toMatch(/^"slow"/);

    await runs.retry({ id, from_step_id: "sign-off" });
    await expect.poll(waits).toEqual([["completed", null], asked, ["completed", null]]);
    await call.decide({ id: "sign-off", run_id: id, decision: "approve" });
    await untilRun(database.db, id, "completed");
    expect(await runs.applyChanges({ id })).toMatchObject({ is_new: true });
    expect(await gitIn(path, "show", "HEAD:new.txt")).toContain("more");
  });

  it("goes to the run's own branch alone, until the approval is given", async () => {
    const path = await gitProject(FILES);
    await gitIn(root, "clone", "--quiet", "--bare", path, "acme/asked.git");
    await gitIn(path, "remote", "add", "origin", `${server.url}/acme/asked.git`);
    const steps = [EDIT, approvalStep("sign-off")];
    const made = await makeProject(database.db, { path, workspace: "clone", steps });
    const { run } = await makeRun(database.db, made);
    await enqueueAdvance(database.db, run.id);
    await expect.poll(async () => (await rowOf(run.id))?.waiting_since, { timeout: 20_000 }).toBeTruthy();
    const { id } = run;
    const runs = by({ made });
    const asked = { code: "CONFLICT", message: expect.stringMatching(/^The approval ".+" waits/) };
    await expect(runs.applyChanges({ id })).rejects.toMatchObject(asked);
    await expect(runs.push({ id, branch: "main" })).rejects.toMatchObject(asked);
    expect((await runs.waysOut({ id })).apply.reason).toMatch(/^The approval/);
    expect(await runs.push({ id })).toMatchObject({ is_new: true });

    const { steps: call } = callerOf(database.db, made.owner);
    await call.decide({ id: "sign-off", run_id: id, decision: "reject" });
    await untilRun(database.db, id, "failed");
    const refused = { code: "CONFLICT", message: expect.stringMatching(/ has rejected the run's work/) };
    await expect(runs.applyChanges({ id })).rejects.toMatchObject(refused);

    await runs.retry({ id, from_step_id: "sign-off" });
    await expect.poll(async () => (await rowOf(id))?.waiting_since, { timeout: 20_000 }).toBeTruthy();
    await call.decide({ id: "sign-off", run_id: id, decision: "approve" });
    await untilRun(database.db, id, "completed");
    expect(await runs.applyChanges({ id })).toMatchObject({ is_new: true });

    const refs = () => gitIn(path, "for-each-ref", "refs/phaseboard/runs");
    expect(await refs()).toContain(id);
    await runs.delete({ id });
    expect(await refs()).toBe("");
  });

  it("leaves nothing in the project's repository with its definition, or its project", async () => {
    const path = await gitProject(FILES);
    const refs = () => gitIn(path, "for-each-ref", "--format=%(refname)", "refs/phaseboard/");
    for (const whole of [false, true]) {
      const made = await makeProject(database.db, { path, workspace: "clone", steps: [EDIT] });
      const runs = [await makeRun(database.db, made), await makeRun(database.db, made)];
      for (const { run } of runs) await enqueueAdvance(database.db, run.id);
      for (const { run } of runs) await untilRun(database.db, run.id, "completed");
      expect((await refs()).split("\n")).toHaveLength(2);
      const call = callerOf(database.db, made.owner);
      if (whole) await call.projects.delete({ id: made.project.id });
      else await call.definitions.delete({ id: made.definition.id, cascade: true });
      expect(await refs()).toBe("");
      if (!whole) await call.projects.delete({ id: made.project.id });
    }
  });
});
