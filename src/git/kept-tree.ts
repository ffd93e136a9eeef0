import { existsSync, lstatSync, type Stats } from "node:fs";
import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../lib/errors";
import { addAll } from "./add-all";
import { type GitCall, GitFailed, git, gitBytes, gitIfAny, gitVerdict } from "./git";
import { moveObjects } from "./move-objects";

/**
 * A folder whose files are kept as commits. They are made by a repository of ours beside the folder, so no index, config,
 * filter or hook of the folder's own `.git` takes part, and it may be broken or missing.
 */
export interface KeptTree {
  /** The folder, absolute. */
  files: string;
  /** Our repository, absolute. */
  git: string;
  /** The repository that has the commits for good, absolute; see `keeperOf`. */
  keeper: string;
  /** The ref there that keeps them. */
  ref: string;
  /** How git is started in the folder, which is not trusted. */
  call: Pick<GitCall, "env" | "confine">;
}

/** The state of files, and of the folder's own repository. Objects are told by their names. */
export interface Snapshot {
  commit: string;
  tree: string;
  head: Head | null;
  /** Marks of our index and of the folder's HEAD: while they are the same, so is the snapshot. */
  marks?: string;
}

export interface Counts {
  changed_files: number;
  added_lines: number;
  deleted_lines: number;
}

/** A commit, and the branch's whole name where the repository is on one. */
export interface Head {
  commit: string;
  branch: string | null;
}

/** Facts in the message of a snapshot. */
const HEAD = /^Head: ([0-9a-f]+)$/m;
const BRANCH = /^Branch: (refs\/heads\/.+)$/m;
/** What a merge or the like that was broken off leaves in a repository. */
export const UNFINISHED = [
  ...["index.lock", "HEAD.lock", "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "AUTO_MERGE", "CHERRY_PICK_HEAD"],
  ...["REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply", "sequencer"],
];
/** Bytes of the checksum at the end of an index. */
const CHECKSUM = 32;

/** Calls of git that see the folder by our repository. */
function ours({ files, git: own, call }: KeptTree): GitCall {
  return { cwd: files, ...call, env: { ...call.env, GIT_DIR: own, GIT_WORK_TREE: files } };
}

/** Calls of git in the folder's own repository. */
const theirs = ({ files, call }: KeptTree): GitCall => ({ cwd: files, ...call });

const inKeeper = ({ keeper }: KeptTree): GitCall => ({ cwd: keeper, env: { GIT_DIR: keeper } });

/**
 * Makes our repository. Paths in `excluded`, as lines of a .gitignore, are never kept. What the commit `base` has counts as
 * tracked, so it stays kept where a .gitignore names it, and where a submodule is not checked out.
 */
export async function initKeptTree(
  tree: KeptTree,
  excluded: readonly string[],
  base: string | null = null,
): Promise<void> {
  const format = await git(["rev-parse", "--show-object-format"], inKeeper(tree));
  await rm(tree.git, { recursive: true, force: true });
  const call = { cwd: tree.files, ...tree.call };
  await git(["init", "--quiet", "--template=", `--object-format=${format}`, "--bare", tree.git], call);
  // Not those of the folder's own repository: what a step makes there it may drop again.
  await writeFile(join(tree.git, "objects", "info", "alternates"), `${join(tree.keeper, "objects")}\n`);
  await exclude(tree, excluded);
  if (base !== null) await git(["read-tree", base], ours(tree));
}

/** Holds the commit that a run begins from, which its branch may not have any more by the first snapshot. */
export async function holdBase(tree: KeptTree, commit: string): Promise<void> {
  if ((await newestOf(tree)) === null) await git(["update-ref", tree.ref, commit], inKeeper(tree));
}

/** Replaces the list of what is never kept. */
export async function exclude(tree: KeptTree, excluded: readonly string[]): Promise<void> {
  await mkdir(join(tree.git, "info"), { recursive: true });
  await writeFile(join(tree.git, "info", "exclude"), excluded.map((line) => `${line}\n`).join(""));
}

/**
 * Keeps the folder's files, tracked and untracked but not ignored. Where nothing has changed since `before`, the commit
 * is that of `before`. `newest` is the last commit under the ref, which the new one follows. `tell` gets a line for each
 * path that cannot be kept.
 */
export async function takeSnapshot(
  tree: KeptTree,
  subject: string,
  before: Snapshot | null,
  newest: string | null,
  tell: (text: string) => void = () => {},
): Promise<Snapshot> {
  const call = ours(tree);
  for (const line of await addAll(ours(tree))) tell(`Not kept: ${line}`);
  const marks = await marksOf(tree);
  if (before?.marks === marks) return before;
  const [files, head] = await Promise.all([git(["write-tree"], call), headOf(tree)]);
  if (before?.tree === files && isSameHead(before.head, head)) return { ...before, marks };
  if (head && head.commit !== before?.head?.commit) await sendHead(tree, head.commit, before?.head?.commit);
  const parents = [...new Set([head?.commit, newest])].flatMap((parent) => (parent ? ["-p", parent] : []));
  const commit = await git(["commit-tree", files, ...parents, "-m", messageOf(subject, head)], call);
  await moveObjects(join(tree.git, "objects"), join(tree.keeper, "objects"));
  await git(["update-ref", tree.ref, commit], inKeeper(tree));
  return { commit, tree: files, head, marks };
}

/**
 * Puts the files back as the snapshot has them: what it does not hold goes, ignored files and repositories inside stay.
 * The folder's own repository goes back to the commit and branch that it was at. Gives the paths that are not as they
 * were, since git passes over what it may not remove.
 */
export async function restoreSnapshot(tree: KeptTree, { commit, head }: Snapshot): Promise<string[]> {
  const call = ours(tree);
  await rm(join(tree.git, "index.lock"), { force: true });
  // What is there is known to the index first, so that what the commit does not hold is removed.
  await addAll(ours(tree));
  await git(["read-tree", "--reset", "-u", commit], call);
  // What was ignored by a .gitignore that is gone by now.
  await gitVerdict(["clean", "-fdq"], call);
  await goBack(tree, head);
  await addAll(ours(tree));
  return (await git(["diff-index", "--cached", "--name-only", "-z", commit], call))
    .split("\0")
    .filter(Boolean);
}

/** What a kept commit says; null where it is not kept any more. `start`: the head of a commit that names none. */
export async function readSnapshot(
  tree: KeptTree,
  commit: string,
  start: Head | null,
): Promise<Snapshot | null> {
  const told = await git(["log", "-1", "--format=%T%n%B", commit], inKeeper(tree)).catch((error: unknown) => {
    if (error instanceof GitFailed) return null;
    throw error;
  });
  if (told === null) return null;
  return { commit, tree: told.slice(0, told.indexOf("\n")), head: headIn(told) ?? start };
}

/** The commit and branch that the folder's repository was at, as a kept commit says; null where it says none. */
export async function readHead(keeper: string, commit: string): Promise<Head | null> {
  const told = await git(["log", "-1", "--format=%B", commit], { cwd: keeper, env: { GIT_DIR: keeper } });
  return headIn(told);
}

function headIn(message: string): Head | null {
  const head = HEAD.exec(message)?.[1];
  return head ? { commit: head, branch: BRANCH.exec(message)?.[1] ?? null } : null;
}

/** The message of a kept commit. */
export function messageOf(subject: string, head: Head | null): string {
  return subject + (head ? `\n\nHead: ${head.commit}${head.branch ? `\nBranch: ${head.branch}` : ""}` : "");
}

/** What the commit changes against `base`. */
export const countChanges = ({ keeper }: KeptTree, base: string, commit: string): Promise<Counts> =>
  countBetween(keeper, base, commit);

/** What differs between two commits of a repository, by its absolute `.git` folder. */
export async function countBetween(keeper: string, base: string, commit: string): Promise<Counts> {
  const counts = { changed_files: 0, added_lines: 0, deleted_lines: 0 };
  if (base === commit) return counts;
  const told = await git(["diff-tree", "-r", "--numstat", "-M", base, commit], {
    cwd: keeper,
    env: { GIT_DIR: keeper },
  });
  for (const line of told.split("\n").filter(Boolean)) {
    // Binary files have "-" for both numbers.
    const [added, deleted] = line.split("\t").map((part) => Number.parseInt(part, 10) || 0);
    counts.changed_files++;
    counts.added_lines += added ?? 0;
    counts.deleted_lines += deleted ?? 0;
  }
  return counts;
}

/**
 * Whether the commit has all files of the folder as they are, but for ignored ones. False also where git cannot take one,
 * such as those of a repository inside.
 */
export async function isKept(tree: KeptTree, commit: string): Promise<boolean> {
  if ((await addAll(ours(tree))).length > 0) return false;
  const told = await git(["diff-index", "--cached", "--name-only", "--diff-filter=d", commit], ours(tree));
  return told === "";
}

/** The newest commit under the ref; null where none is kept yet. */
export const newestOf = (tree: KeptTree): Promise<string | null> =>
  gitIfAny(["rev-parse", "--verify", "--quiet", tree.ref], inKeeper(tree));

/** Tells our repository which files there are, so that `newFiles` knows later ones. */
export async function lookAtFiles(tree: KeptTree): Promise<void> {
  await addAll(ours(tree));
}

/** What came since `lookAtFiles` and would be kept: as lines of a .gitignore, a new folder as one. */
export async function newFiles(tree: KeptTree): Promise<string[]> {
  const told = await git(["ls-files", "--others", "--directory", "--exclude-standard", "-z"], ours(tree));
  return told.split("\0").filter(Boolean).map(ignoreLine);
}

/** The line of a .gitignore that means this path alone, relative to the folder. */
export const ignoreLine = (path: string): string => `/${path.replace(/[\\*?[\]]| (?= *$)/g, "\\$&")}`;

/** Null where the folder has no repository, a broken one, or one without a commit. */
async function headOf(tree: KeptTree): Promise<Head | null> {
  if (!existsSync(join(tree.files, ".git"))) return null;
  try {
    const told = await git(["rev-parse", "HEAD^{commit}", "--symbolic-full-name", "HEAD"], theirs(tree));
    const [commit = "", branch = ""] = told.split("\n");
    return { commit, branch: branch.startsWith("refs/heads/") ? branch : null };
  } catch (error) {
    if (error instanceof GitFailed) return null;
    throw error;
  }
}

const isSameHead = (a: Head | null, b: Head | null) => a?.commit === b?.commit && a?.branch === b?.branch;

/** The checksum of our index, and when the folder's HEAD moved last, by the log that git keeps of it. */
async function marksOf({ git: own, files }: KeptTree): Promise<string> {
  const moved = ["HEAD", "logs/HEAD"].map((name) => stampOf(factsOf(join(files, ".git", name))));
  return [await checksumOf(join(own, "index")), ...moved].join(" ");
}

/** A step may have made a file of the folder `.git`. */
function factsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

const stampOf = (facts: Stats | undefined) =>
  facts ? `${facts.ino}:${facts.size}:${facts.mtimeMs}` : "none";

async function checksumOf(index: string): Promise<string> {
  const file = await open(index).catch((error: unknown) => {
    // git writes no index for a folder that is empty from the start.
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (!file) return "none";
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(CHECKSUM), 0, CHECKSUM, Math.max(0, size - CHECKSUM));
    return buffer.toString("hex");
  } finally {
    await file.close();
  }
}

async function goBack(tree: KeptTree, head: Head | null): Promise<void> {
  const own = join(tree.files, ".git");
  const facts = factsOf(own);
  if (facts && !facts.isDirectory() && head)
    throw new GitFailed(["read-tree"], null, "its .git is no folder");
  if (!facts?.isDirectory()) return;
  for (const name of UNFINISHED) await rm(join(own, name), { recursive: true, force: true });
  const call = theirs(tree);
  if (head?.branch) {
    await git(["symbolic-ref", "HEAD", head.branch], call);
    await git(["update-ref", head.branch, head.commit], call);
  } else if (head) await git(["update-ref", "--no-deref", "HEAD", head.commit], call);
  if (head) await git(["read-tree", "--reset", "HEAD"], call);
}

/** Sends a commit that the run has made itself, with its history as far as the project's branches do not have it. */
async function sendHead(tree: KeptTree, commit: string, before: string | undefined): Promise<void> {
  const has = await gitIfAny(["cat-file", "-e", `${commit}^{commit}`], inKeeper(tree)).catch(() => null);
  if (has !== null) return;
  const words = ["pack-objects", "--revs", "--stdout", "--quiet", "--delta-base-offset"];
  const kept = (await git(["rev-parse", "--branches", "--tags"], inKeeper(tree))).split("\n").filter(Boolean);
  const input = `${[commit, ...[...kept, ...(before ? [before] : [])].map((object) => `^${object}`)].join("\n")}\n`;
  const pack = await gitBytes(words, { ...theirs(tree), input });
  await git(["unpack-objects", "-q", "--strict"], { ...inKeeper(tree), input: pack });
}
