import { execFile, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { EXECUTIONS } from "../lib/executions";
import { logger } from "../lib/logger";
import { readSettings } from "../lib/settings";
import { projectUser } from "./project-user";
import type { Box, BoxUser } from "./types";

/** `find` refuses `-execdir` where the PATH has a relative folder. */
const ENV = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  NODE_ENV: "production" as const,
};

/** Whether everybody may read in the folder, so that the project's user needs no right of its own there. */
const isOpen = (folder: string) => (statSync(folder).mode & 0o005) === 0o005;

/**
 * Who a project's processes are under root: the owner of its folder, or the project's own user where that is root. Such
 * a folder is given to the user first where runs write in it, or may not read it otherwise; blocks meanwhile.
 */
export function takeFolder(folder: string, user_number: number, isWritten: boolean): BoxUser {
  if (!isWritten && statSync(folder).uid === 0 && isOpen(folder)) return projectUser(user_number);
  for (const args of commandsFor(folder, user_number)) {
    const { status, stderr } = spawnSync("find", args, { env: ENV, encoding: "utf8" });
    if (status !== 0) throw new Error(`${folder} could not be given to the project's user: ${stderr}`);
  }
  const { uid, gid } = statSync(folder);
  return { uid, gid };
}

/** As `takeFolder` for what only reads, in the web process, which blocks for nothing. */
export async function prepareFolder(box: Box, folder: string, user_number: number): Promise<void> {
  if (box.kind === "none" || process.getuid?.() !== 0 || isOpen(folder)) return;
  for (const args of commandsFor(folder, user_number)) await promisify(execFile)("find", args, { env: ENV });
}

/**
 * `find`'s arguments that give what root owns in the folder to the project's user, but for records of runs. The folder
 * itself comes last, so what was broken off is done again. Files with several names are left: another of them may lie
 * outside.
 */
function commandsFor(folder: string, user_number: number): string[][] {
  if (statSync(folder).uid !== 0) return [];
  const { uid, gid } = projectUser(user_number);
  logger.info({ folder, uid }, "the project's folder belongs to root and is given to the project's user");
  const records = ["-path", `${folder}/${EXECUTIONS}`, "-prune", "-o"];
  return [
    [folder, "-xdev", "-mindepth", "1", ...records, ...OF_ROOT, "-execdir", ...chownTo({ uid, gid })],
    [folder, "-maxdepth", "0", "-exec", ...chownTo({ uid, gid })],
  ];
}

const OF_ROOT = ["-user", "0", "(", "-type", "d", "-o", "-links", "1", ")"];
/** By `-execdir` no part of a path can be replaced by a link meanwhile. */
const chownTo = ({ uid, gid }: BoxUser) => ["chown", "-h", `${uid}:${gid}`, "{}", "+"];

/** Gives what root has made in a repository to the owner of the project's folder. */
export async function giveRepository(project: string): Promise<void> {
  const own = join(project, ".git");
  if (process.getuid?.() !== 0 || readSettings().sandbox === "off" || !existsSync(own)) return;
  const owner = statSync(project);
  if (owner.uid === 0) return;
  await promisify(execFile)("find", [own, "-xdev", ...OF_ROOT, "-execdir", ...chownTo(owner)], { env: ENV });
}

/** Gives what root has made of a project's definitions and agents to the folder's owner, but for records of runs. */
export async function giveSetUp(project: string): Promise<void> {
  const own = join(project, ".agent");
  if (process.getuid?.() !== 0 || readSettings().sandbox === "off" || !existsSync(own)) return;
  const owner = statSync(project);
  if (owner.uid === 0) return;
  const records = ["-path", `${project}/${EXECUTIONS}`, "-prune", "-o"];
  const args = [own, "-xdev", ...records, ...OF_ROOT, "-execdir", ...chownTo(owner)];
  await promisify(execFile)("find", args, { env: ENV });
}

/** Gives folders that the server has just made, with all in them, to a user. */
export async function giveTo({ uid, gid }: BoxUser, folders: string[]): Promise<void> {
  await promisify(execFile)("chown", ["-hR", `${uid}:${gid}`, ...folders], { env: ENV });
}
