import { existsSync } from "node:fs";
import { giveRepository } from "../box/hand-over";
import { applyFiles, type Checkout, type Obstacles, takeBackFiles } from "./apply-files";
import { GitFailed, git, gitIfAny } from "./git";
import { UNFINISHED } from "./kept-tree";
import type { OwnRepository } from "./own-repository";
import { commitTree, isAncestor, keepOut, mergeTrees, OldGit, type RunCommits } from "./run-commits";

export type Applied =
  /** `branch`: null for a folder without git. `commit`: what it is at now. */
  | { branch: string | null; commit: string | null; isNew: boolean }
  /** In words for people; `paths`: the files that it is about. */
  | { refusal: string; paths: string[] };

/** What says how files are written, and names no program. */
const HARMLESS = ["core.autocrlf", "core.eol", "core.filemode", "core.ignorecase", "core.symlinks"];
const SHOWN = 10;
export const OLD_GIT = "This needs git 2.38 or newer on the server, since both sides have changed.";

/**
 * Merges the run's commits into the branch that the project's folder is on, with its files. Refused with nothing changed
 * where that is not possible without a conflict, or without writing over what somebody has changed there.
 */
export async function applyCommits(
  own: OwnRepository,
  project: string,
  run: RunCommits,
  { tip, message, isClosed }: { tip: string; message: string; isClosed: (path: string) => boolean },
): Promise<Applied> {
  const here = { cwd: project };
  const gitFile = (name: string) => git(["rev-parse", "--path-format=absolute", "--git-path", name], here);
  const branch = await gitIfAny(["symbolic-ref", "--quiet", "HEAD"], here);
  if (branch === null) return refuse("The project's folder is on no branch. Check one out there.");
  for (const name of UNFINISHED.filter((each) => /HEAD$|^(rebase|sequencer)/.test(each))) {
    if (existsSync(await gitFile(name)))
      return refuse("In the project's folder a merge or the like is under way. End it first.");
  }
  const at = await git(["rev-parse", "HEAD^{commit}"], here);
  const short = branch.slice("refs/heads/".length);
  if (await isAncestor(own, tip, at)) return { branch: short, commit: at, isNew: false };
  const to = await mergedWith(own, run, { at, tip, message: `${message}\n` });
  if (typeof to !== "string") return to;
  // Ahead of the rest: nothing of `own` is moved any more once it is the folder's owner's.
  await own.keep();
  const settings = new Map<string, string>();
  for (const name of HARMLESS) {
    const value = await gitIfAny(["config", "--get", name], here);
    if (value !== null) settings.set(name, value);
  }
  const checkout = { folder: project, index: await gitFile("index"), settings, isClosed, from: at, to };
  const refused = await put(own, checkout);
  if (refused) return refused;
  try {
    await git(["update-ref", "-m", `phaseboard: ${message}`, branch, to, at], here);
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    await takeBackFiles(own, checkout);
    return refuse(`The branch ${short} moved meanwhile. Try again.`);
  }
  await keepOut(run, tip);
  await giveRepository(project);
  return { branch: short, commit: to, isNew: true };
}

/** The commit that has both; a refusal where they contradict each other. */
async function mergedWith(
  own: OwnRepository,
  run: RunCommits,
  { at, tip, message }: { at: string; tip: string; message: string },
): Promise<string | Applied> {
  if (await isAncestor(own, at, tip)) return tip;
  try {
    const merged = await mergeTrees(own, at, tip);
    if ("tree" in merged) return await commitTree(own, { ...run, message }, merged.tree, [at, tip]);
    return refuse(
      `The run and the project's branch have changed the same lines, in ${listed(merged.conflicts)}. Push the run's branch and merge it by hand.`,
      merged.conflicts,
    );
  } catch (error) {
    if (error instanceof OldGit) return refuse(OLD_GIT);
    if (error instanceof GitFailed && error.message.includes("unrelated histories"))
      return refuse(
        "The run and the project's branch have no commit in common: the branch was replaced since the run began. Push the run's branch and merge it by hand.",
      );
    if (error instanceof GitFailed) return refuse(`The run cannot be merged: ${error.message}.`);
    throw error;
  }
}

/** Writes the files of `to` where the project's are those of `from`. For a project without git, or without a commit. */
export async function applyPlainly(
  own: OwnRepository,
  project: string,
  { from, to, isClosed }: Pick<Checkout, "from" | "to" | "isClosed">,
): Promise<Applied> {
  const isSame = await git(["diff-tree", "-r", "--quiet", from, to], own.call).then(
    () => true,
    () => false,
  );
  if (isSame) return { branch: null, commit: null, isNew: false };
  const refused = await put(own, { folder: project, index: null, settings: new Map(), isClosed, from, to });
  return refused ?? { branch: null, commit: null, isNew: true };
}

async function put(own: OwnRepository, checkout: Checkout): Promise<Applied | null> {
  let found: Obstacles;
  try {
    found = await applyFiles(own, checkout);
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    return refuse(`git did not write the files: ${error.message}.`);
  }
  const { filtered, inTheWay, closed } = found;
  if (closed.length > 0) {
    return refuse(
      `The run changes ${listed(closed)}, which say what the project runs. A maintainer or owner of the project can apply it.`,
      closed,
    );
  }
  if (filtered.length > 0) {
    return refuse(
      `${listed(filtered)} go through a filter that the project's attributes name, as those of git-lfs do, and no program of a project is run for this. Push the branch and merge it by hand.`,
      filtered,
    );
  }
  if (inTheWay.length > 0) {
    return refuse(
      `In the project's folder ${listed(inTheWay)} ${inTheWay.length === 1 ? "is" : "are"} not as the run's base has ${inTheWay.length === 1 ? "it" : "them"}. Commit, move or undo that there, and try again.`,
      inTheWay,
    );
  }
  return null;
}

const refuse = (refusal: string, paths: string[] = []): Extract<Applied, { refusal: string }> => ({
  refusal,
  paths,
});

/** The first of many paths, for people. */
export function listed(paths: readonly string[]): string {
  const rest = paths.length - SHOWN;
  return paths.slice(0, SHOWN).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
