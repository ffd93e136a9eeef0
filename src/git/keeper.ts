import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git } from "./git";

const OWN = ".agent/workflows/snapshots.git";

/**
 * The repository that keeps the snapshots of a project's runs, under refs of ours (`snapshotRef`): the project's own
 * where runs are clones of it, else one of ours in its folder. An absolute `.git` folder.
 */
export async function keeperOf(project: string, workspace: "clone" | "copy"): Promise<string> {
  if (workspace === "copy") return join(project, OWN);
  return git(["rev-parse", "--path-format=absolute", "--git-common-dir"], { cwd: project });
}

/** The ref that keeps all snapshots of a run: each has the one before it as a parent. */
export const snapshotRef = (run_id: string) => `refs/phaseboard/runs/${run_id}`;

/** Lets the snapshots of a run go; their objects go with the repository's next `git gc`. */
export async function dropSnapshots(
  project: string,
  run: { id: string; workspace: "clone" | "copy" | "shared" },
): Promise<void> {
  if (run.workspace === "shared") return;
  const keeper = await keeperOf(project, run.workspace);
  await git(["update-ref", "-d", snapshotRef(run.id)], { cwd: keeper, env: { GIT_DIR: keeper } });
}

/** As `dropSnapshots`, for many runs by one call of git for each keeper. */
export async function dropSnapshotsOf(
  project: string,
  runs: readonly { id: string; workspace: "clone" | "copy" | "shared" }[],
): Promise<void> {
  for (const workspace of ["clone", "copy"] as const) {
    const refs = runs.filter((run) => run.workspace === workspace).map(({ id }) => snapshotRef(id));
    if (refs.length === 0) continue;
    const keeper = await keeperOf(project, workspace);
    if (!existsSync(keeper)) continue;
    const commands = refs.map((ref) => `delete ${ref}\n`).join("");
    await git(["update-ref", "--stdin"], { cwd: keeper, env: { GIT_DIR: keeper }, input: commands });
  }
}

/**
 * Frees the room of snapshots that were let go, where the repository is ours alone; in a project's own its people decide.
 * What is being kept at this moment is younger than what goes.
 */
export async function freeSnapshots(project: string): Promise<void> {
  const keeper = join(project, OWN);
  if (!existsSync(keeper)) return;
  await git(["-c", "pack.threads=1", "gc", "--quiet", "--prune=2.days.ago"], {
    cwd: keeper,
    env: { GIT_DIR: keeper },
  });
}

/** Whether the folder is the top of a git repository; one inside of a larger repository is a folder like any other. */
export const isGitProject = (project: string): boolean => existsSync(join(project, ".git"));

let found: Promise<boolean> | undefined;

/** Whether git is installed, asked once. */
export function hasGit(): Promise<boolean> {
  found ??= git(["--version"], { cwd: tmpdir() }).then(
    () => true,
    () => false,
  );
  return found;
}
