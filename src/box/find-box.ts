import { execFile } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../lib/errors";
import { findCommand } from "../lib/find-command";
import { perProcess } from "../lib/per-process";
import { readSettings, type Settings, SettingsError } from "../lib/settings";
import { baseArguments } from "./base-folders";
import { confine } from "./confine";
import { OPEN_TO_PASS } from "./open-to-pass";
import { userRange } from "./project-user";
import type { Box } from "./types";

const run = promisify(execFile);

/** A box that works answers in some ms. */
const TRY_MS = 10_000;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const INSTALL = "install bubblewrap 0.5 or newer (apt-get install bubblewrap)";

type Setting = Pick<Settings, "sandbox" | "dataDir" | "projectRoots" | "boxFolders" | "boxLimits">;

/** The best box of this machine, tried for real once in a process. Never rejects but for a wrong setting. */
export function findBox(): Promise<Box> {
  const found = perProcess("box", () => new Map<string, Promise<Box>>());
  const { sandbox, dataDir, projectRoots, boxFolders, boxLimits } = readSettings();
  const setting = { sandbox, dataDir, projectRoots, boxFolders, boxLimits };
  const key = JSON.stringify(setting);
  const known = found.get(key) ?? tryBoxes(setting);
  found.set(key, known);
  return known;
}

/** As `findBox`; throws `SettingsError` where the setting wants a box and there is none. */
export async function requireBox(): Promise<Box> {
  const box = await findBox();
  if (readSettings().sandbox === "required" && box.kind === "none") {
    throw new SettingsError(
      `PHASEBOARD_SANDBOX must not be required, since there is no box on this machine: ${box.lacks}`,
    );
  }
  return box;
}

/** Box of processes that may do what the server may do. */
export const NO_BOX: Box = {
  kind: "none",
  says: "Scripts, code and agents may do all that the server may do: PHASEBOARD_SANDBOX is off.",
  lacks: null,
  limits: [],
};

async function tryBoxes(setting: Setting): Promise<Box> {
  if (setting.sandbox === "off") return NO_BOX;
  const faults: string[] = [];
  for (const [name, attempt] of Object.entries({ bubblewrap: tryBubblewrap, "a user of its own": tryUser })) {
    const box = await attempt(setting).catch((error: unknown) => {
      if (error instanceof SettingsError) throw error;
      faults.push(`${name}: ${faultOf(error)}`);
    });
    if (box) return { ...box, lacks: faults[0] ?? null };
  }
  return {
    kind: "none",
    says: "Scripts, code and agents may do all that the server may do: this machine has no box for them.",
    lacks: faults.join("; "),
    limits: [],
  };
}

/** What `execFile` rejects with has what the program said in `stderr`. */
function faultOf(error: unknown): string {
  const said = (error as { stderr?: unknown }).stderr;
  const line = typeof said === "string" ? said.trim().split("\n").at(-1) : "";
  return line ? `a program that was started in it ended with: ${line}` : messageOf(error);
}

const isRoot = () => process.getuid?.() === 0;

async function tryBubblewrap(setting: Setting): Promise<Box> {
  const program = process.platform === "linux" ? await findCommand("bwrap", "/", PATH) : null;
  if (program === null) throw new Error(`is not there; ${INSTALL}`);
  const box: Box = {
    kind: "bubblewrap",
    says: isRoot()
      ? "Scripts, code and agents see only their project, as a user of its own (bubblewrap)."
      : "Scripts, code and agents see only their project (bubblewrap).",
    lacks: null,
    limits: await findLimits(setting),
    program,
    base: baseArguments({
      hidden: [setting.dataDir, ...setting.projectRoots],
      listed: setting.boxFolders,
      path: process.env.PATH ?? PATH,
    }),
    setpriv: isRoot() ? await findSetpriv() : null,
  };
  await tryOut(box, setting.dataDir, { network: "none" });
  return box;
}

async function tryUser(setting: Setting): Promise<Box> {
  if (!isRoot()) throw new Error("only root can start processes as another user");
  const box: Box = {
    kind: "user",
    says: "Scripts, code and agents run as a user of their project's own, who sees what any user of this machine may see.",
    lacks: null,
    limits: await findLimits(setting),
    setpriv: await findSetpriv(),
  };
  await tryOut(box, setting.dataDir, {});
  return box;
}

const findSetpriv = () => findOfSystem("setpriv");

/** A program of util-linux. */
async function findOfSystem(name: string): Promise<string> {
  const found = await findCommand(name, "/", PATH);
  if (found === null) throw new Error(`${name} is not there; install util-linux`);
  return found;
}

async function findLimits({ boxLimits: { processes, memory, cpu } }: Setting): Promise<string[]> {
  const nproc = processes ? [`--nproc=${processes}`] : [];
  // Root itself is not held by it, and what it starts inherits it: one program fewer for each step.
  if (nproc.length > 0 && isRoot())
    await run(await findOfSystem("prlimit"), [`--pid=${process.pid}`, ...nproc]);
  const options = [
    ...(isRoot() ? [] : nproc),
    ...(memory ? [`--data=${memory}`] : []),
    ...(cpu ? [`--cpu=${cpu}`] : []),
  ];
  return options.length > 0 ? [await findOfSystem("prlimit"), ...options] : [];
}

/** Runs a small program in the box, which writes where it may and looks for what it must not see. */
async function tryOut(box: Box, dataDir: string, reach: { network?: "none" }): Promise<void> {
  // `doctor` may be asked before the first start.
  const scratch = existsSync(dataDir) ? join(dataDir, "scratch") : tmpdir();
  mkdirSync(scratch, { recursive: true, mode: OPEN_TO_PASS });
  const folder = mkdtempSync(join(scratch, "box-"));
  try {
    const [uid] = isRoot() ? userRange() : [undefined];
    if (uid !== undefined) chownSync(folder, uid, uid);
    const script = `cd "$1" && : >here && exec "$2" --version`;
    const given = {
      program: "/bin/sh",
      args: ["-c", script, "sh", folder, process.execPath],
      cwd: "/",
      env: { PATH },
    };
    const user = uid === undefined ? {} : { user: { uid, gid: uid } };
    const { program, args, cwd, env } = confine(box, given, {
      ...reach,
      ...user,
      writable: [folder],
      tied: true,
    });
    await run(program, args, { cwd, env: env as NodeJS.ProcessEnv, timeout: TRY_MS });
    if (!existsSync(join(folder, "here")))
      throw new Error("a file that was written in the box did not come out of it");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
