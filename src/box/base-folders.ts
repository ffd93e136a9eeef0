import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { ancestors } from "../lib/ancestors";
import { isBelow } from "../lib/is-below";
import { packageRoot } from "../lib/package-root";
import { parents } from "./confine";
import { ownPackages } from "./own-programs";

/** Where systems have their programs. What is a link on this system stays one. */
const SYSTEM = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/etc",
  "/opt",
  "/nix",
  "/gnu",
];

export interface BaseSettings {
  /** The server's own folders, and those in which projects live: hidden wherever they lie. */
  hidden: string[];
  /** Further folders that the administrator lists. */
  listed: string[];
  /** The PATH that steps get. */
  path: string;
}

/** bubblewrap's arguments for what every box has: programs to read, a /proc and a /dev of its own. */
export function baseArguments(settings: BaseSettings): string[] {
  return [
    ...folderArguments(settings),
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    // Root makes it, and the box's user writes there.
    "--chmod",
    "1777",
    "/dev/shm",
    "--symlink",
    "/tmp",
    "/var/tmp",
  ];
}

function folderArguments({ hidden, listed, path }: BaseSettings): string[] {
  const links = SYSTEM.filter(isLink);
  const system = SYSTEM.filter((folder) => !isLink(folder) && existsSync(folder));
  const own = hidden.map((folder) => real(folder) ?? folder);
  const closed = [...own, real(homedir()) ?? homedir(), packageRoot()];
  const shown = [
    ...system,
    ...ofNode(closed),
    ...reals(ownPackages()),
    ...toolchains(path, closed),
    ...outside(),
  ];
  const given = reals(listed).filter((folder) => !own.includes(folder));
  const open = new Set([...shown, ...given]);
  const all = [
    ...[...open].map((folder) => ({ folder, isShown: true })),
    // The administrator may list the home, but never the data folder.
    ...closed.filter((folder) => !open.has(folder)).map((folder) => ({ folder, isShown: false })),
  ].sort((a, b) => a.folder.length - b.folder.length);
  const taken: typeof all = [];
  for (const each of all) {
    const around = taken.findLast(({ folder }) => isBelow(folder, each.folder));
    if ((around?.isShown ?? false) !== each.isShown) taken.push(each);
  }
  return [
    ...parents(taken.map(({ folder }) => folder)),
    ...links.flatMap((link) => ["--symlink", readlinkSync(link), link]),
    ...taken.flatMap(({ folder, isShown }) =>
      isShown ? ["--ro-bind", folder, folder] : ["--perms", "0555", "--tmpfs", folder],
    ),
  ];
}

/** The folder that Node was installed into; only that of its program where that would show what is closed. */
function ofNode(closed: string[]): string[] {
  const program = realpathSync(process.execPath);
  const prefix = dirname(dirname(program));
  return [contains(prefix, closed) ? dirname(program) : prefix];
}

/**
 * Folders of the PATH that lie elsewhere, as below somebody's home, with what their links lead to. Only these: what
 * lies beside a toolchain may be anything.
 */
function toolchains(path: string, closed: string[]): string[] {
  const folders = reals(path.split(delimiter).filter(isAbsolute)).filter(
    (folder) => !contains(folder, closed) && !SYSTEM.some((at) => isIn(at, folder)),
  );
  return folders.flatMap((folder) => {
    const isVenv = existsSync(join(dirname(folder), "pyvenv.cfg"));
    return [isVenv ? dirname(folder) : folder, ...targets(folder)];
  });
}

/** What the links in a folder of programs lead to: a program, or the packages around it. */
function targets(folder: string): string[] {
  const found = new Set<string>();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const target = isLink(path) ? real(path) : null;
    if (target === null || isBelow(folder, target) || SYSTEM.some((at) => isBelow(at, target))) continue;
    found.add([...ancestors(target)].findLast((at) => basename(at) === "node_modules") ?? target);
  }
  return [...found];
}

/** Files of the system's settings that are links to elsewhere: names of hosts could not be looked up. */
function outside(): string[] {
  return reals(["/etc/resolv.conf", "/etc/hosts", "/etc/localtime"]).filter(
    (path) => !SYSTEM.some((at) => isBelow(at, path)),
  );
}

const isIn = (around: string, folder: string) => folder === around || isBelow(around, folder);
/** Whether showing the folder would show one of these. */
const contains = (folder: string, closed: string[]) => closed.some((each) => isIn(folder, each));

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Those that exist, by their real paths. */
const reals = (paths: string[]) => paths.map(real).filter((path) => path !== null);

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
