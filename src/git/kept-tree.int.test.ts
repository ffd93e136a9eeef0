import { spawnSync } from "node:child_process";
import { chown, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type Command, git } from "./git";
import { keeperOf } from "./keeper";
import { holdBase, initKeptTree, type KeptTree, restoreSnapshot, takeSnapshot } from "./kept-tree";
import { makeClone } from "./make-clone";
import { whyOutOfReach } from "./out-of-reach";
import { snapshotBytes } from "./snapshot-bytes";
import { initSubmodules } from "./submodules";

/** Under root nothing is closed, so there git and the scripts run as somebody else. */
const OTHER = process.getuid?.() === 0 ? 65_534 : null;

let project: string;
let tree: KeptTree;
let base: string;

const confine = (given: Command): Command => {
  if (OTHER === null) return given;
  const words = [
    `--reuid=${OTHER}`,
    `--regid=${OTHER}`,
    "--clear-groups",
    "--",
    given.program,
    ...given.args,
  ];
  return { ...given, program: "setpriv", args: words };
};

/** Runs a script in the run's folder. */
function sh(script: string, cwd = tree.files): string {
  const author = {
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@b",
    GIT_COMMITTER_NAME: "A",
    GIT_COMMITTER_EMAIL: "a@b",
  };
  const env = { PATH: process.env.PATH ?? "", HOME: "/", GIT_CONFIG_GLOBAL: "/dev/null", ...author };
  const { program, args } = confine({ program: "sh", args: ["-ec", script], cwd, env });
  const ended = spawnSync(program, args, { cwd, env: env as unknown as NodeJS.ProcessEnv, encoding: "utf8" });
  expect(ended.status, `${script}: ${ended.stderr}`).toBe(0);
  return ended.stdout;
}

/** A project with one commit that the script makes, and a run's clone of it. */
async function make(script: string): Promise<void> {
  sh(`git init -q -b main; ${script}; git add -A; git commit -qm one`, project);
  await clone();
}

async function clone(): Promise<void> {
  base = sh("git rev-parse HEAD", project).trim();
  await makeClone({ project, keeper: tree.keeper, files: tree.files, commit: base, branch: "run" });
  if (OTHER !== null) spawnSync("chown", ["-R", `${OTHER}:${OTHER}`, tree.files]);
  await initKeptTree(tree, [], base);
  await holdBase(tree, base);
}

const changed = async (commit: string) =>
  (await git(["diff-tree", "-r", "--name-status", base, commit], { cwd: tree.keeper }))
    .split("\n")
    .filter(Boolean);

/** Snapshots the folder, and gives what differs from the base, with what was said. */
async function keep() {
  const said: string[] = [];
  const snapshot = await takeSnapshot(tree, "A step", null, null, (text) => said.push(text));
  return { snapshot, said, changed: await changed(snapshot.commit) };
}

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-kept-"));
  if (OTHER !== null) await chown(folder, OTHER, OTHER);
  project = join(folder, "project");
  const files = join(folder, "files");
  for (const path of [project, files]) {
    await mkdir(path);
    if (OTHER !== null) await chown(path, OTHER, OTHER);
  }
  const call = { env: { HOME: folder }, confine };
  tree = {
    files,
    git: join(folder, "own.git"),
    keeper: join(project, ".git"),
    ref: "refs/phaseboard/runs/r",
    call,
  };
  return () => {
    spawnSync("chmod", ["-R", "u+rwX", folder]);
    return rm(folder, { recursive: true, force: true });
  };
});

describe("what no step has touched is no change", () => {
  it("a tracked file that a .gitignore names", async () => {
    await make("echo dist/ > .gitignore; mkdir dist; echo 1 > dist/lib.js; git add -f dist");
    sh("echo x > a.txt; echo y > dist/other.js");
    const kept = await keep();
    expect(kept.changed).toEqual(["A\ta.txt"]);
  });

  it("a submodule that cannot be had", async () => {
    await make(
      "git init -q lib; cd lib; echo 1 > l; git add l; git commit -qm lib; cd ..; git add lib 2>/dev/null; " +
        `printf '[submodule "lib"]\\n\\tpath = lib\\n\\turl = https://127.0.0.1:1/lib\\n' > .gitmodules`,
    );
    sh("echo x > a.txt");
    expect((await keep()).changed).toEqual(["A\ta.txt"]);
  });

  it("a file with lines of another system, which attributes would write anew", async () => {
    await make(
      "printf 'a\\r\\nb\\r\\n' > win.txt; git add win.txt; git commit -qm win; echo '* text=auto' > .gitattributes",
    );
    sh("echo x > a.txt");
    expect((await keep()).changed).toEqual(["A\ta.txt"]);
  });
});

describe("what cannot be kept is said by name, and the rest is kept", () => {
  it.each([
    ["a repository without a commit", "mkdir pkg; cd pkg; git init -q; echo x > lib.rs", "pkg/"],
    [
      "a repository that is no submodule",
      "git init -q dep; cd dep; echo x > d; git add d; git commit -qm d",
      "dep",
    ],
    ["a file that nobody may read", "echo x > secret; chmod 000 secret", "secret"],
    ["a folder that nobody may read", "mkdir shut; echo x > shut/f; chmod 000 shut", "shut/"],
  ])("%s", async (_, script, name) => {
    await make("echo 1 > one");
    sh(`echo x > a.txt; ${script}`);
    const kept = await keep();
    expect(kept.changed).toEqual(["A\ta.txt"]);
    expect(kept.said).toEqual([expect.stringMatching(/^Not kept: /)]);
    expect(kept.said[0]).toContain(name);
  });

  it("however many there are", async () => {
    await make("echo 1 > one");
    sh(
      'n=0; while [ $n -lt 40 ]; do n=$((n + 1)); git init -q "a repository with a long name, as generated ones have, number $n of them all"; done',
    );
    expect((await keep()).said).toHaveLength(40);
  });

  it("a repository beside a .gitmodules that git cannot read, which stops nothing", async () => {
    await make("echo 1 > one");
    sh(
      "git init -q dep; cd dep; echo x > d; git add d; git commit -qm d; cd ..; echo '[submodule' > .gitmodules",
    );
    const kept = await keep();
    expect(kept.changed).toEqual(["A\t.gitmodules"]);
    expect(kept.said).toEqual([expect.stringMatching(/^Not kept: dep .*\.gitmodules cannot be read/)]);
    expect(await initSubmodules(tree.files, join(tree.files, ".git/modules"))).toEqual([
      expect.stringContaining(".gitmodules cannot be read"),
    ]);
    // One that is there and has none says nothing.
    sh("echo > .gitmodules");
    expect(await initSubmodules(tree.files, join(tree.files, ".git/modules"))).toEqual([]);
  });

  it("nothing where `.git` is a file", async () => {
    await make("echo 1 > one");
    sh("rm -rf .git; echo 'gitdir: /nowhere' > .git; echo x > a.txt");
    expect(await keep()).toMatchObject({ changed: ["A\ta.txt"], said: [] });
  });
});

describe("putting files back", () => {
  it("takes away what only a .gitignore of a later step hid", async () => {
    await make("echo 1 > one");
    const { snapshot } = await keep();
    sh("echo '*.gen' > .gitignore; echo x > made.gen; echo y > b");
    await keep();
    expect(await restoreSnapshot(tree, snapshot)).toEqual([]);
    expect(sh("ls -A")).toBe(".git\none\n");
  });

  it("leaves what is ignored, and repositories inside", async () => {
    await make("echo '*.log' > .gitignore");
    const { snapshot } = await keep();
    sh("echo x > a.log; git init -q dep; echo d > dep/d; echo y > b");
    expect(await restoreSnapshot(tree, snapshot)).toEqual([]);
    expect(sh("ls -A; cat dep/d")).toBe(".git\n.gitignore\na.log\ndep\nd\n");
  });

  it("says what it may not take away", async () => {
    await make("echo 1 > one");
    const { snapshot } = await keep();
    sh("mkdir ro; echo r > ro/f; chmod 555 ro");
    expect(await restoreSnapshot(tree, snapshot)).toEqual(["ro/f"]);
  });
});

it("holds the commit that a run began from, whatever becomes of its branch", async () => {
  await make("echo 1 > one");
  sh("echo 2 > two; git add two; git commit -qm two", project);
  await rm(tree.files, { recursive: true });
  await mkdir(tree.files);
  if (OTHER !== null) await chown(tree.files, OTHER, OTHER);
  tree = { ...tree, ref: "refs/phaseboard/runs/other" };
  await clone();
  sh("git reset -q --hard HEAD~1; git reflog expire --expire=now --all; git gc -q --prune=now", project);
  sh("echo x > a.txt");
  expect((await keep()).changed).toEqual(["A\ta.txt"]);
  expect(await readFile(join(tree.files, "two"), "utf8")).toBe("2\n");
  await writeFile(join(tree.files, "two"), "3\n");
  expect((await keep()).changed).toEqual(["A\ta.txt", "M\ttwo"]);
});

describe("objects that a box with the project does not show", () => {
  it.each([
    ["a worktree", "git worktree add -q ../work", /is a worktree or a submodule/],
    ["a repository that borrows", "git clone -q --shared . ../work", /borrows from another repository/],
  ])("are named, of %s", async (_, script, why) => {
    await make("echo 1 > one");
    expect(await whyOutOfReach(project, tree.keeper, [])).toBeNull();
    sh(script, project);
    const work = join(project, "../work");
    const keeper = await keeperOf(work, "clone");
    expect(await whyOutOfReach(work, keeper, [])).toMatch(why);
    expect(await whyOutOfReach(work, keeper, [await realpath(project)])).toBeNull();
  });
});

it("counts what snapshots take of a repository, and nothing that its branches have", async () => {
  await make("head -c 300000 /dev/urandom > own.bin");
  await keep();
  expect(await snapshotBytes(project)).toBeLessThan(10_000);
  sh("head -c 200000 /dev/urandom > made.bin");
  await keep();
  const bytes = (await snapshotBytes(project)) ?? 0;
  expect(bytes).toBeGreaterThan(200_000);
  expect(bytes).toBeLessThan(250_000);
  await git(["update-ref", "-d", tree.ref], { cwd: tree.keeper });
  expect(await snapshotBytes(project)).toBe(0);
});
