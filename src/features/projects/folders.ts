import { mkdir, realpath, rm, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { AppError } from "../../lib/errors";
import { readSettings } from "../../lib/settings";

/** Where the projects live that Phaseboard makes folders for. */
function ownRoot(): string {
  return join(readSettings().dataDir, "projects");
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

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

/** Deletes a project's folder where it is one of our own making; a folder that a person chose stays. */
export async function removeOwnFolder(path: string): Promise<void> {
  const root = await realpath(ownRoot()).catch(() => null);
  if (root && path !== root && isWithin(root, path)) await rm(path, { recursive: true, force: true });
}
