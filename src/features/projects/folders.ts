import { mkdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { AppError } from "../../lib/errors";
import { readSettings } from "../../lib/settings";
import { isWithin, ownRoot } from "../../storage/own-folder";

function refusePath(message: string): never {
  throw new AppError("BAD_REQUEST", message, [{ path: "path", message }]);
}

/** Makes the folder of a new project whose path nobody chose. Absolute. */
export async function makeOwnFolder(slug: string): Promise<string> {
  const folder = join(ownRoot(), slug);
  await mkdir(folder, { recursive: true });
  return realpath(folder);
}

/**
 * The real path of a folder that a person chose. Throws BAD_REQUEST unless it is there and within the data
 * folder or one of PHASEBOARD_PROJECT_ROOTS, links followed.
 */
export async function checkChosenFolder(path: string): Promise<string> {
  if (!isAbsolute(path)) refusePath("The path must be absolute, for example /srv/projects/site.");
  const folder = await realpath(path).catch(() => null);
  if (!folder || !(await stat(folder)).isDirectory()) {
    refusePath(
      `There is no folder ${path} on the server. Make it first, or leave the path empty for a new one.`,
    );
  }
  const roots = await Promise.all(
    [ownRoot(), ...readSettings().projectRoots].map((root) => realpath(root).catch(() => null)),
  );
  if (!roots.some((root) => root && isWithin(root, folder))) {
    refusePath(
      `${path} is outside the folders in which projects may live. Whoever runs the server can add its parent to PHASEBOARD_PROJECT_ROOTS.`,
    );
  }
  return folder;
}
