import { chownSync, lchownSync, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../lib/errors";
import { EXECUTIONS } from "../lib/executions";
import { confine } from "./confine";
import { takeFolder } from "./hand-over";
import { OPEN_TO_PASS } from "./open-to-pass";
import { projectUser } from "./project-user";
import type { Box, BoxUser, Program, Reach } from "./types";

/** What the box of a run is made from. All paths are absolute. */
export interface RunPlace {
  run_id: string;
  project: { id: string; path: string; user_number: number };
  /** Where the run works: the project's own folder, or one made for the run. */
  folder: string;
  network: "machine" | "none";
}

/** What a process may touch beside the run's folder, its home and its /tmp. */
export interface OwnReach {
  writable?: string[];
  readable?: string[];
  network?: "none";
  tied?: boolean;
}

/** The box of one run's processes. */
export interface RunBox {
  kind: Box["kind"];
  /** Who the processes are; null: as this process. */
  user: BoxUser | null;
  /** A user of whom all processes are the project's, where only that tells them apart. */
  strayUser: number | null;
  /** Throws `BoxRefusal`. */
  confine(given: Program, own?: OwnReach): Program;
}

/** Folders of ours in a project, in which nothing of a project writes. */
const OURS = [EXECUTIONS, ".agent/workflows/snapshots.git"];
/** Objects of git that a run's own repository borrows. */
const BORROWED = [".git/objects", ".agent/workflows/snapshots.git/objects"];

/** Name of a run's /tmp in its scratch folder. */
export const TMP = "tmp";

/** The project's home, which lasts, and the `/tmp` of a run. */
const homeIn = (dataDir: string, name: string) => join(dataDir, "homes", name);
const tmpIn = (dataDir: string, runId: string) => join(dataDir, "scratch", runId, TMP);

/** Makes the box of a run, with its home and its `/tmp`. Synchronous, as the start of a program is. */
export function makeRunBox(box: Box, dataDir: string, place: RunPlace): RunBox {
  const { folder, project } = place;
  const network = { network: place.network };
  if (box.kind === "none") {
    return {
      kind: box.kind,
      user: null,
      strayUser: null,
      confine: (given, own) => confine(box, given, { ...network, ...own, writable: [] }),
    };
  }
  const isShared = folder === project.path;
  const user = process.getuid?.() === 0 ? takeFolder(project.path, project.user_number, isShared) : null;
  const reach: Reach = {
    writable: [folder, ...(isShared ? makeRecords(folder, user) : [])],
    readable: isShared ? [] : BORROWED.map((path) => join(project.path, path)).filter(isFolder),
    hidden: isShared ? OURS.map((path) => join(folder, path)).filter(isFolder) : [],
    home: makeHome(dataDir, place, user),
    tmp: makeTmp(dataDir, place, user),
    ...network,
    ...(user ? { user } : {}),
  };
  return {
    kind: box.kind,
    user,
    strayUser: box.kind === "user" && user?.uid === projectUser(project.user_number).uid ? user.uid : null,
    confine: (given, { writable = [], readable = [], ...own } = {}) =>
      confine(box, given, {
        ...reach,
        ...own,
        writable: [...reach.writable, ...writable],
        readable: [...(reach.readable ?? []), ...readable],
      }),
  };
}

/**
 * Makes the folders around the project's records, and gives those around them to be mounted: in the box they cannot be
 * moved, so nothing leads the server's own writes elsewhere.
 */
function makeRecords(folder: string, user: BoxUser | null): string[] {
  const around: string[] = [];
  const names = EXECUTIONS.split("/");
  for (const [index] of names.entries()) {
    const path = join(folder, ...names.slice(0, index + 1));
    const isLast = index === names.length - 1;
    if (makeFolder(path, isLast ? OWN : 0o755) && user && !isLast) lchownSync(path, user.uid, user.gid);
    if (!isFolder(path)) return around;
    if (!isLast) around.push(path);
  }
  return around;
}

function makeHome(dataDir: string, { project }: RunPlace, user: BoxUser | null): string {
  mkdirSync(join(dataDir, "homes"), { recursive: true, mode: OPEN_TO_PASS });
  const isOwn = user === null || user.uid === projectUser(project.user_number).uid;
  return makeOwn(homeIn(dataDir, isOwn ? project.id : `${project.id}-${user.uid}`), user);
}

function makeTmp(dataDir: string, { run_id }: RunPlace, user: BoxUser | null): string {
  const tmp = tmpIn(dataDir, run_id);
  mkdirSync(join(dataDir, "scratch"), { recursive: true, mode: OPEN_TO_PASS });
  const scratch = join(dataDir, "scratch", run_id);
  if (makeFolder(scratch, 0o710) && user) chownSync(scratch, 0, user.gid);
  return makeOwn(tmp, user);
}

const OWN = 0o700;

/** Makes a folder that belongs to this user. Nobody but the server may write around it. */
function makeOwn(path: string, user: BoxUser | null): string {
  if (makeFolder(path, OWN) && user) chownSync(path, user.uid, user.gid);
  return path;
}

/** Whether the folder was made; false where something has its name. */
function makeFolder(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Whether it is a folder and no link to one. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    // Of a worktree `.git` is a file.
    if (codeOf(error) === "ENOTDIR") return false;
    throw error;
  }
}
