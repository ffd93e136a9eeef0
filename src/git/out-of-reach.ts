import { readFile, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { codeOf } from "../lib/errors";

const isIn = (folder: string, path: string) => path === folder || path.startsWith(`${folder}/`);

/**
 * Why a box that shows the project, and the folders in `shown`, does not show all of the project's objects; null where it
 * does. `keeper` is its `.git` folder. What a repository names itself is never shown for that, since whoever may write in
 * it could name any folder.
 */
export async function whyOutOfReach(
  project: string,
  keeper: string,
  shown: readonly string[],
): Promise<string | null> {
  const [own, objects] = [await realpath(project), await realpath(join(keeper, "objects"))];
  const borrowed = (await alternatesOf(objects)).map((path) => resolve(objects, path));
  const outside = [objects, ...borrowed].find(
    (path) => ![own, ...shown].some((folder) => isIn(folder, path)),
  );
  if (outside === undefined) return null;
  const how =
    outside === objects
      ? "is a worktree or a submodule: make a project of the repository's own folder"
      : "borrows from another repository: run `git repack -ad` there and then remove objects/info/alternates";
  return `The project's git objects are in ${outside}, which its processes do not see. The folder ${how}, or the administrator adds that folder to PHASEBOARD_BOX_FOLDERS`;
}

async function alternatesOf(objects: string): Promise<string[]> {
  const text = await readFile(join(objects, "info", "alternates"), "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
