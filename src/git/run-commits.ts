import { join } from "node:path";
import { GitFailed, git, gitIfAny, gitVerdict } from "./git";
import { readHead } from "./kept-tree";
import type { OwnRepository } from "./own-repository";

/** The ref that keeps what of a run's files went out as a commit of ours. */
export const outRef = (run_id: string) => `refs/phaseboard/out/${run_id}`;

/** Who a commit is by. */
export interface Person {
  name: string;
  email: string;
}

export interface RunCommits {
  run_id: string;
  /** The absolute `.git` folder that has all of these. */
  keeper: string;
  snapshot: string;
  base_commit: string;
  /** Paths that were taken along and never leave. */
  kept_back: readonly string[];
  person: Person;
  /** Of the commit of what no step committed. */
  message: string;
}

/** Files that the run's commits hold and that must not leave. */
export class KeptBack extends Error {
  override readonly name = "KeptBack";
  constructor(readonly paths: string[]) {
    super(`${paths.join(", ")} must not leave`);
  }
}

/**
 * What a run has made, as commits for others: those of its steps, and one of what they left uncommitted. It follows the
 * one that went out before, so that a later one goes on from it. Nothing of our snapshots' own history is among them.
 * `head`: what the steps have committed. Throws `KeptBack`.
 */
export async function commitRun(own: OwnRepository, run: RunCommits): Promise<{ tip: string; head: string }> {
  const head = (await readHead(run.keeper, run.snapshot))?.commit ?? run.base_commit;
  await refuseKeptBack(own, run, head);
  const tree = await treeOf(own, run, head);
  const before = await gitIfAny(["rev-parse", "--verify", "--quiet", outRef(run.run_id)], {
    cwd: run.keeper,
    env: { GIT_DIR: run.keeper },
  });
  const parents = await parentsOf(own, head, before);
  const [only] = parents;
  if (parents.length === 1 && only && tree === (await treeIn(own, only))) return { tip: only, head };
  return { tip: await commitTree(own, run, tree, parents), head };
}

/** Where the new commit follows: the steps' last one and what went out before, unless one holds the other. */
async function parentsOf(own: OwnRepository, head: string, before: string | null): Promise<string[]> {
  if (before === null || (await isAncestor(own, before, head))) return [head];
  return (await isAncestor(own, head, before)) ? [before] : [before, head];
}

/** A commit by a person at the time of the snapshot, so that the same is made twice. */
export async function commitTree(
  own: OwnRepository,
  { keeper, snapshot, person, message }: Pick<RunCommits, "keeper" | "snapshot" | "person" | "message">,
  tree: string,
  parents: readonly string[],
): Promise<string> {
  const at = await git(["log", "-1", "--format=%ct", snapshot], { cwd: keeper, env: { GIT_DIR: keeper } });
  const env = {
    ...own.call.env,
    GIT_AUTHOR_NAME: plainName(person.name),
    GIT_AUTHOR_EMAIL: plainName(person.email),
    GIT_AUTHOR_DATE: `@${at} +0000`,
    GIT_COMMITTER_DATE: `@${at} +0000`,
  };
  const words = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
  return git(words, { ...own.call, env, input: message });
}

/** git leaves these out of names, and refuses a name of nothing else. */
const plainName = (text: string) => text.replace(/[<>\n\0]/g, "").trim() || "Phaseboard";

export const isAncestor = async (own: OwnRepository, part: string, whole: string): Promise<boolean> =>
  (await gitIfAny(["merge-base", "--is-ancestor", part, whole], own.call)) !== null;

export const treeIn = (own: OwnRepository, commit: string): Promise<string> =>
  git(["rev-parse", `${commit}^{tree}`], own.call);

/** The snapshot's files; where the project itself tracks one that was taken along, it stays as the steps found it. */
async function treeOf(
  own: OwnRepository,
  { snapshot, kept_back }: RunCommits,
  head: string,
): Promise<string> {
  if (kept_back.length === 0) return treeIn(own, snapshot);
  const env = {
    ...own.call.env,
    GIT_LITERAL_PATHSPECS: "1",
    GIT_INDEX_FILE: join(own.folder, "files-index"),
  };
  const call = { ...own.call, env };
  const tracked = await git(["ls-tree", "-r", "-z", "--full-tree", head, "--", ...kept_back], call);
  if (tracked === "") return treeIn(own, snapshot);
  await git(["read-tree", snapshot], call);
  await git(["update-index", "-z", "--index-info"], { ...call, input: tracked });
  return git(["write-tree"], call);
}

/** A step may have committed what was taken along, which is in no snapshot. */
async function refuseKeptBack(
  own: OwnRepository,
  { base_commit, kept_back }: RunCommits,
  head: string,
): Promise<void> {
  if (kept_back.length === 0) return;
  const call = { ...own.call, env: { ...own.call.env, GIT_LITERAL_PATHSPECS: "1" } };
  const words = ["log", "-m", "--format=", "--name-only", "-z", "--no-renames", `${base_commit}..${head}`];
  const told = await git([...words, "--", ...kept_back], call);
  const paths = [...new Set(told.split("\0").map((path) => path.trim()))].filter(Boolean);
  if (paths.length > 0) throw new KeptBack(paths);
}

/** Remembers what went out; its objects are the project's already. */
export async function keepOut(
  { keeper, run_id }: Pick<RunCommits, "keeper" | "run_id">,
  tip: string,
): Promise<void> {
  await git(["update-ref", outRef(run_id), tip], { cwd: keeper, env: { GIT_DIR: keeper } });
}

/** A merge of two commits' files; `conflicts` has the files that cannot be merged. */
export async function mergeTrees(
  own: OwnRepository,
  ours: string,
  theirs: string,
): Promise<{ tree: string } | { conflicts: string[] }> {
  const words = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
  const { isYes, output } = await gitVerdictOrOld(own, words);
  const [tree = "", ...names] = output.split("\0").filter(Boolean);
  return isYes ? { tree } : { conflicts: names };
}

/** git is older than the merge of commits without a checkout. */
export class OldGit extends Error {
  override readonly name = "OldGit";
}

async function gitVerdictOrOld(own: OwnRepository, words: string[]) {
  try {
    return await gitVerdict(words, own.call);
  } catch (error) {
    if (error instanceof GitFailed && error.code === 129) throw new OldGit("git is older than 2.38");
    throw error;
  }
}
