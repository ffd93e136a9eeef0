import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { statSync } from "node:fs";
import { devNull } from "node:os";
import { PassThrough, type Readable } from "node:stream";
import { ancestors } from "../lib/ancestors";
import { readSettings } from "../lib/settings";

/** Milliseconds until a call of git is given up. A clone of a large repository over the network may take long. */
const TIMEOUT_MS = 30 * 60_000;
const MAX_STDERR = 4_096;
/** Where each line counts: some thousand paths. */
const MAX_SAID = 1024 * 1024;

/** Whose commits snapshots are. */
export const NOBODY = { NAME: "Phaseboard", EMAIL: "phaseboard@localhost" };

/**
 * Nothing of the machine or its user, no program that a repository names, and nothing in the background. The hooks and
 * the monitor of a repository belong to its people, who did not call git here.
 */
const CONFIG = {
  "core.hooksPath": devNull,
  "core.fsmonitor": "false",
  "core.quotePath": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "commit.gpgSign": "false",
  "log.showSignature": "false",
  "advice.detachedHead": "false",
  // The folder may belong to the project's own user of the system.
  "safe.directory": "*",
};

export interface Command {
  program: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

export interface GitCall {
  /** Folder in which git runs. */
  cwd: string;
  env?: Record<string, string>;
  /** What git reads. */
  input?: Buffer | string;
  signal?: AbortSignal;
  timeout_ms?: number;
  /** With the configuration and the agent for keys of the server's user, for calls that reach other machines. */
  asServer?: boolean;
  /** Puts the command into a box; absent: it runs as the server. */
  confine?: ((command: Command) => Command) | undefined;
}

const NO_ROOM = "git has no room on the disk";

/** Whether git says by this that a disk has no room. */
export const saysNoRoom = (said: string) => /No space left on device|Disk quota exceeded/.test(said);

/** git has said no. `message` is the last that it said. */
export class GitFailed extends Error {
  override readonly name = "GitFailed";
  constructor(
    readonly args: readonly string[],
    readonly code: number | null,
    readonly stderr: string,
  ) {
    super(
      lastLine(stderr) ?? `git ${args[0]} ended with ${code === null ? "a signal" : `exit code ${code}`}`,
      // So that it counts as what it is, also for who does not read git's words.
      saysNoRoom(stderr) ? { cause: Object.assign(new Error(NO_ROOM), { code: "ENOSPC" }) } : undefined,
    );
  }
}

/** Runs git and gives what it writes, without the last line's end. Throws `GitFailed`. */
export async function git(args: readonly string[], call: GitCall): Promise<string> {
  return (await gitBytes(args, call)).toString("utf8").replace(/\n$/, "");
}

/** As `git`; null where git ends with exit code 1, by which it says that something is not there. */
export async function gitIfAny(args: readonly string[], call: GitCall): Promise<string | null> {
  try {
    return await git(args, call);
  } catch (error) {
    if (error instanceof GitFailed && error.code === 1) return null;
    throw error;
  }
}

/**
 * As `git`, for questions: git answers no with exit code 1, and says in its output what there is to say. `said` has its
 * warnings and errors.
 */
export async function gitVerdict(
  args: readonly string[],
  call: GitCall,
): Promise<{ isYes: boolean; output: string; said: string }> {
  const child = start(args, call);
  const output: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  const end = await ended(child, args, MAX_SAID).then(
    (said) => ({ isYes: true, said }),
    (error: unknown) => {
      if (error instanceof GitFailed && error.code === 1) return { isYes: false, said: error.stderr };
      throw error;
    },
  );
  return { ...end, output: Buffer.concat(output).toString("utf8") };
}

/** As `git`, for what is not text. */
export function gitBytes(args: readonly string[], call: GitCall): Promise<Buffer> {
  const child = start(args, call);
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
    ended(child, args).then(() => resolve(Buffer.concat(output)), reject);
  });
}

/**
 * As `gitBytes`, as it comes: git waits while nobody reads, and is ended where the reader goes away. The stream fails
 * with `GitFailed`.
 */
export function gitStream(args: readonly string[], call: GitCall): Readable {
  const child = start(args, call);
  const stream = new PassThrough();
  // At once: Node throws away what nobody listens for when the process ends.
  child.stdout.pipe(stream, { end: false });
  ended(child, args).then(
    () => stream.end(),
    (error) => stream.destroy(error),
  );
  // Who reads is told; nobody need be there yet.
  stream.on("error", () => {});
  stream.once("close", () => child.kill());
  return stream;
}

function start(args: readonly string[], call: GitCall): ChildProcessWithoutNullStreams {
  const settings = Object.entries(CONFIG).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const bare: Command = {
    program: "git",
    args: [...settings, ...args],
    cwd: call.cwd,
    env: environment(call),
  };
  const { program, args: words, cwd, env } = call.confine?.(bare) ?? bare;
  const child = spawn(program, words, {
    cwd,
    ...(call.confine ? {} : ownerOf(call)),
    env: env as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: call.timeout_ms ?? TIMEOUT_MS,
    ...(call.signal ? { signal: call.signal } : {}),
  });
  // git may end without reading all of it; its end then says why.
  child.stdin.on("error", () => {});
  child.stdin.end(call.input);
  return child;
}

/** Gives the last that git has said on its way, at most so many characters. */
function ended(
  child: ChildProcessWithoutNullStreams,
  args: readonly string[],
  most = MAX_STDERR,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let stderr = "";
    child.stderr.on("data", (bytes: Buffer) => {
      stderr = (stderr + bytes.toString("utf8")).slice(-most);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(stderr);
      else reject(new GitFailed(args, code, stderr));
    });
  });
}

const PASSED_ON = ["PATH", "HOME", "TZ"];
const PASSED_ON_AS_SERVER = [
  ...PASSED_ON,
  "SSH_AUTH_SOCK",
  "XDG_CONFIG_HOME",
  "SSL_CERT_FILE",
  "https_proxy",
  "no_proxy",
];

/**
 * Under root git runs as the folder's owner, so that what it makes there is the owner's; but for calls that need what the
 * server's user is signed in to, and where a folder around it is closed to the owner, as one in root's home is.
 */
function ownerOf({ cwd, asServer }: GitCall): { uid?: number; gid?: number } {
  if (asServer || process.getuid?.() !== 0 || readSettings().sandbox === "off") return {};
  const facts = statSync(cwd, { throwIfNoEntry: false });
  if (!facts || facts.uid === 0 || ![...ancestors(cwd)].every((folder) => mayPass(folder, facts))) return {};
  return { uid: facts.uid, gid: facts.gid };
}

function mayPass(folder: string, { uid, gid }: { uid: number; gid: number }): boolean {
  const facts = statSync(folder, { throwIfNoEntry: false });
  if (!facts) return false;
  const right = facts.uid === uid ? 0o100 : facts.gid === gid ? 0o010 : 0o001;
  return (facts.mode & right) !== 0;
}

function environment({ env, asServer = false }: GitCall): Record<string, string> {
  const passed = asServer ? PASSED_ON_AS_SERVER : PASSED_ON;
  const own: Record<string, string> = asServer
    ? { GIT_SSH_COMMAND: "ssh -o BatchMode=yes" }
    : { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: devNull };
  return {
    ...Object.fromEntries(passed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    ...own,
    LC_ALL: "C.UTF-8",
    // A repository that lacks objects by its config would have them fetched by a program that it names.
    GIT_NO_LAZY_FETCH: "1",
    ...(asServer ? {} : { GIT_ALLOW_PROTOCOL: "none" }),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_AUTHOR_NAME: NOBODY.NAME,
    GIT_AUTHOR_EMAIL: NOBODY.EMAIL,
    GIT_COMMITTER_NAME: NOBODY.NAME,
    GIT_COMMITTER_EMAIL: NOBODY.EMAIL,
    ...env,
  };
}

function lastLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
}
