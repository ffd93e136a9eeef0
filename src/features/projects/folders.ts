import { mkdir, realpath, rmdir, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Tx } from "../../db/client";
import { AppError } from "../../lib/errors";
import { readSettings } from "../../lib/settings";
import { isTaken, isWithin, listFolders, ownRoot, realOf } from "../../storage/own-folder";

/** How many folder names are tried, each but the first with a number. */
const TRIES = 1_000;

function refusePath(message: string): never {
  throw new AppError("BAD_REQUEST", message, [{ path: "path", message }]);
}

/**
 * Creates a new folder for a project whose path nobody chose; returns its real path. Call it under
 * `lockFolders`. Throws CONFLICT if a project's folder contains the folder of all such projects.
 */
export async function makeOwnFolder(tx: Tx, slug: string): Promise<string> {
  await mkdir(ownRoot(), { recursive: true, ...mode(0o711) });
  const root = await realpath(ownRoot());
  const folders = await listFolders(tx);
  for (let number = 1; number <= TRIES; number++) {
    const folder = join(root, number === 1 ? slug : `${slug}-${number}`);
    if (isTaken(folders, folder)) continue;
    const isNew = await mkdir(folder, mode(0o700)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
        return false;
      },
    );
    if (isNew) return folder;
  }
  throw new AppError(
    "CONFLICT",
    "A new folder cannot be made: another project's folder lies around the one in which Phaseboard makes them. Whoever runs the server can move that project.",
  );
}

/** Under root projects have users of their own, who see nothing of each other. */
const mode = (closed: number) => (process.getuid?.() === 0 ? { mode: closed } : {});

/** Removes the folder of a project that could not be created, unless it has files by now. */
export async function unmakeOwnFolder(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}

/**
 * The real path of a folder chosen by a person. Throws BAD_REQUEST unless it exists and lies below our
 * projects folder or one of PHASEBOARD_PROJECT_ROOTS (links resolved). It must not be or contain one of
 * these, or lie elsewhere in the data folder.
 */
export async function checkChosenFolder(path: string): Promise<string> {
  if (!isAbsolute(path)) refusePath("The path must be absolute, for example /srv/projects/site.");
  const folder = await realpath(path).catch(() => null);
  if (!folder || !(await stat(folder)).isDirectory()) {
    refusePath(
      `There is no folder ${path} on the server. Make it first, or leave the path empty for a new one.`,
    );
  }
  const { dataDir, projectRoots } = readSettings();
  const [data = dataDir, own = ownRoot(), ...given] = await Promise.all(
    [dataDir, ownRoot(), ...projectRoots].map(realOf),
  );
  if ([data, own, ...given].some((root) => isWithin(folder, root))) {
    refusePath(
      `${path} is a folder in which other projects or Phaseboard's own data live, or lies around one. Choose a folder inside it.`,
    );
  }
  const isOwn = isWithin(own, folder);
  if (!isOwn && (isWithin(data, folder) || !given.some((root) => isWithin(root, folder)))) {
    refusePath(
      `${path} is outside the folders in which projects may live. Whoever runs the server can add its parent to PHASEBOARD_PROJECT_ROOTS.`,
    );
  }
  return folder;
}

/** Throws CONFLICT if a project's folder is, holds or lies in this real path. Call it under `lockFolders`. */
export async function refuseTaken(tx: Tx, folder: string): Promise<void> {
  if (!isTaken(await listFolders(tx), folder)) return;
  throw new AppError(
    "CONFLICT",
    "Another project uses this folder, one inside it, or one around it. Choose a folder that shares nothing with it.",
    [{ path: "path", message: "is, lies in, or lies around another project's folder" }],
  );
}
