import { existsSync } from "node:fs";
import { appendFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { giveTo } from "../../box/hand-over";
import type { RunFacts } from "../../engine/run/ports";
import { findBase } from "../../git/find-base";
import { git } from "../../git/git";
import {
  holdBase,
  ignoreLine,
  initKeptTree,
  type KeptTree,
  newestOf,
  takeSnapshot,
} from "../../git/kept-tree";
import { makeClone } from "../../git/make-clone";
import type { Credentials } from "../../git/remote";
import { initSubmodules } from "../../git/submodules";
import { slugOf } from "../../lib/slug";
import { makeCopy } from "./make-copy";
import { takeAlong } from "./take-along";

export interface Made {
  base_commit: string;
  branch: string | null;
  /** What is never kept, as lines of a .gitignore. */
  excluded: string[];
}

/** What signs in to a project's remote; a refusal is a reason for people. */
export type GitCredentials = (project_id: string) => Promise<Credentials | null | { refusal: string }>;

/** Makes the repository of a project that is none itself; it belongs to whom the project's folder does. */
async function makeKeeper(project: string, keeper: string): Promise<void> {
  if (existsSync(join(keeper, "objects"))) return;
  const made = (await mkdir(keeper, { recursive: true })) ?? keeper;
  // Of the server's folder, since the project's user may not write in those around it.
  await git(["init", "--quiet", "--bare", "--template=", keeper], { cwd: "/" });
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(project);
  await giveTo({ uid, gid }, [made]);
}

/** What is taken along is in no commit that a step makes of all that is there. */
async function ignoreInClone(files: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await mkdir(join(files, ".git", "info"), { recursive: true });
  await appendFile(join(files, ".git", "info", "exclude"), lines.map((line) => `${line}\n`).join(""));
}

/** Makes the files of a run in its new folder. A refusal is a reason for people. */
export async function makeFiles(
  run: RunFacts,
  tree: KeptTree,
  say: (text: string) => void,
  credentialsOf: GitCredentials,
): Promise<Made | { refusal: string }> {
  const excluded = (run.definition.copy ?? []).map(ignoreLine);
  if (run.workspace === "clone") {
    const found = await credentialsOf(run.project.id);
    const isRefused = found !== null && "refusal" in found;
    if (isRefused) say(found.refusal);
    const base = await findBase(run.project.path, run.base_commit ?? run.base, isRefused ? null : found);
    if (base && "refusal" in base) return base;
    if (base) {
      const branch = `phaseboard/${run.number}-${slugOf(run.name) || "run"}`;
      const { commit } = base;
      await makeClone({ project: run.project.path, keeper: tree.keeper, files: tree.files, commit, branch });
      for (const text of await initSubmodules(tree.files, join(tree.keeper, "modules"))) say(text);
      const refused = await takeAlong(run, say);
      if (refused) return refused;
      await ignoreInClone(tree.files, excluded);
      await initKeptTree(tree, excluded, commit);
      await holdBase(tree, commit);
      if (base.note) say(base.note);
      say(
        `The run works in a clone of its own, from ${base.name} (${commit.slice(0, 7)}), on branch ${branch}.`,
      );
      return { base_commit: commit, branch, excluded };
    }
    say("The project has no commit yet, so the run works in a copy of its files.");
  }
  await makeKeeper(run.project.path, tree.keeper);
  await makeCopy(run.project.path, tree.files);
  await initKeptTree(tree, excluded, run.base_commit);
  if (run.base_commit !== null) return { base_commit: run.base_commit, branch: null, excluded };
  const { commit } = await takeSnapshot(tree, `Run ${run.number}, as it began`, null, await newestOf(tree));
  say("The run works in a copy of the project's folder.");
  return { base_commit: commit, branch: null, excluded };
}
