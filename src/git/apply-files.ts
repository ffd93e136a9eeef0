import { copyFile, lstat, stat } from "node:fs/promises";
import { join } from "node:path";
import { giveSetUp, giveTo } from "../box/hand-over";
import { codeOf } from "../lib/errors";
import { readSettings } from "../lib/settings";
import { type GitCall, GitFailed, git } from "./git";
import type { OwnRepository } from "./own-repository";

export interface Checkout {
  /** The folder, absolute. */
  folder: string;
  /** The folder's index, absolute; null: it has none, and one is made that has `from`. */
  index: string | null;
  /** Settings of the folder's repository that say how files are written. */
  settings: ReadonlyMap<string, string>;
  /** Paths that must stay as they are. */
  isClosed: (path: string) => boolean;
  /** The commits that the folder is at, and is to be at. The project has both. */
  from: string;
  to: string;
}

/** Paths that differ from what was expected, and such as only a program that the project names could write. */
export interface Obstacles {
  inTheWay: string[];
  filtered: string[];
  closed: string[];
}

/**
 * Makes the files of a folder those of another commit where they are as the old one has them, and leaves all others alone.
 * Nothing is changed where there is an obstacle. git works by a repository of ours, so that no filter or hook of the
 * folder's takes part; `own` belongs to the folder's owner behind this.
 */
export async function applyFiles(own: OwnRepository, checkout: Checkout): Promise<Obstacles> {
  const { folder, index, from, to } = checkout;
  const look = join(own.folder, "look-index");
  // Looked at in a copy, so that a refusal leaves the index as it was, byte for byte.
  if (index === null)
    await git(["read-tree", from], { ...own.call, env: { ...own.call.env, GIT_INDEX_FILE: look } });
  else await copyFile(index, look);
  await giveSetUp(folder);
  await giveToOwner(own, folder);
  const inFolder = callsIn(own, checkout);
  await refresh(inFolder(look));
  const obstacles = await findObstacles(checkout, inFolder(look));
  if (Object.values(obstacles).some((paths) => paths.length > 0)) return obstacles;
  const real = inFolder(index ?? look);
  if (index !== null) await refresh(real);
  try {
    await git(["read-tree", "-m", "-u", from, to], real);
  } catch (error) {
    // git may have written some of them, as on a disk without room. Its index is as it was.
    await putBack(own, checkout);
    throw error;
  }
  return obstacles;
}

/** Undoes `applyFiles` right behind it. */
export async function takeBackFiles(own: OwnRepository, checkout: Checkout): Promise<void> {
  const { index, from, to } = checkout;
  const call = callsIn(own, checkout)(index ?? join(own.folder, "look-index"));
  await git(["read-tree", "-m", "-u", to, from], call);
}

/** Makes the files that differ between the two commits the old one's; all of them were that before. */
async function putBack(own: OwnRepository, checkout: Checkout): Promise<void> {
  const { from, to } = checkout;
  const inFolder = callsIn(own, checkout);
  const [before, after] = ["before-index", "after-index"].map((name) => inFolder(join(own.folder, name)));
  if (!before || !after) return;
  // A raw line has modes and objects of both sides; an index of each side's takes mode, object and path.
  const told = await git(["diff-tree", "-r", "-z", "--no-renames", from, to], before);
  const fields = told.split("\0").filter(Boolean);
  const sides = { before: "", after: "" };
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = "", newMode = "", oldId = "", newId = ""] = (fields[at] ?? "").slice(1).split(" ");
    if (!/^0+$/.test(oldMode)) sides.before += `${oldMode} ${oldId}\t${fields[at + 1]}\0`;
    if (!/^0+$/.test(newMode)) sides.after += `${newMode} ${newId}\t${fields[at + 1]}\0`;
  }
  await git(["update-index", "-z", "--index-info"], { ...before, input: sides.before });
  await git(["update-index", "-z", "--index-info"], { ...after, input: sides.after });
  await git(["read-tree", "--reset", "-u", await git(["write-tree"], before)], after);
}

const callsIn =
  (own: OwnRepository, { folder, settings }: Checkout) =>
  (index: string): GitCall => {
    const given = [...settings].flatMap(([name, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, name],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]);
    const env = {
      ...own.call.env,
      ...Object.fromEntries(given),
      GIT_CONFIG_COUNT: String(settings.size),
      GIT_WORK_TREE: folder,
      GIT_INDEX_FILE: index,
    };
    return { cwd: folder, env };
  };

/** git goes by times and sizes, and looks here into the files where those differ. */
async function refresh(call: GitCall): Promise<void> {
  await git(["update-index", "-q", "--refresh"], call).catch((error: unknown) => {
    // Exit code 1 says that files differ, which is asked behind this.
    if (!(error instanceof GitFailed) || error.code !== 1) throw error;
  });
}

async function findObstacles({ folder, from, to, isClosed }: Checkout, call: GitCall): Promise<Obstacles> {
  const names = async (...args: string[]) => (await git(args, call)).split("\0").filter(Boolean);
  const [touched, added] = await Promise.all([
    names("diff-tree", "-r", "-z", "--name-only", "--no-renames", from, to),
    names("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=A", from, to),
  ]);
  const [edited, staged, other, known] = await Promise.all([
    names("diff-files", "-z", "--name-only"),
    names("diff-index", "--cached", "-z", "--name-only", "--no-renames", from),
    names("diff-index", "--cached", "-z", "--name-only", "--no-renames", to),
    added.length > 0 ? names("ls-files", "-z") : [],
  ]);
  // What is staged as it is to be is left from a time that was broken off.
  const [isEdited, isOther, isKnown] = [new Set(edited), new Set(other), new Set(known)];
  const isStaged = new Set(staged.filter((path) => isOther.has(path)));
  const inTheWay = new Set(touched.filter((path) => isEdited.has(path) || isStaged.has(path)));
  for (const path of added) {
    if (!isKnown.has(path) && (await isThere(join(folder, path)))) inTheWay.add(path);
  }
  const told = await git(["check-attr", "-z", "--stdin", "filter"], { ...call, input: touched.join("\0") });
  const values = told.split("\0");
  const filtered = touched.filter(
    (_, at) => !["unspecified", "unset", undefined].includes(values[at * 3 + 2]),
  );
  return { inTheWay: [...inTheWay], filtered, closed: touched.filter(isClosed) };
}

/** A folder is no obstacle by itself: git looks what is in it. */
async function isThere(path: string): Promise<boolean> {
  try {
    return !(await lstat(path)).isDirectory();
  } catch (error) {
    return codeOf(error) !== "ENOENT";
  }
}

/** As who git works there; see `git`. */
async function giveToOwner({ folder: own }: OwnRepository, folder: string): Promise<void> {
  if (process.getuid?.() !== 0 || readSettings().sandbox === "off") return;
  const { uid, gid } = await stat(folder);
  if (uid !== 0) await giveTo({ uid, gid }, [own]);
}
