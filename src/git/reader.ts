import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { perProcess } from "../lib/per-process";
import { type GitCall, git, gitBytes, gitStream } from "./git";

/** Milliseconds until a question is given up. */
const TIMEOUT_MS = 60_000;
/** Questions that are asked at the same time: each is a process that may use a whole core. */
const AT_ONCE = 4;
/** Files of more bytes than this are compared as if they were binary. */
const TEXT_BYTES = "32m";

/**
 * Reads objects of a repository and nothing else of it: neither its config, hooks and filters, which may name programs,
 * nor its refs. Git works in an empty repository of our own and finds the objects by their folder.
 */
export interface GitReader {
  text(args: readonly string[], call?: Pick<GitCall, "input" | "env">): Promise<string>;
  bytes(args: readonly string[], call?: Pick<GitCall, "input" | "env">): Promise<Buffer>;
  /** As it comes. Not counted among the questions, since it takes as long as its reader. */
  stream(args: readonly string[]): Readable;
  /** A file name that nobody else has, for an index of one's own. */
  newIndex(): string;
}

/** `keeper`: an absolute `.git` folder; `commit`: one of its ids, by whose length its kind of hash is known. */
export function readerOf(keeper: string, commit: string): GitReader {
  const cwd = emptyRepository(commit.length === 64 ? "sha256" : "sha1");
  const env = {
    GIT_DIR: cwd,
    GIT_OBJECT_DIRECTORY: join(keeper, "objects"),
    GIT_LITERAL_PATHSPECS: "1",
  };
  const settings = ["-c", `core.bigFileThreshold=${TEXT_BYTES}`, "-c", `core.attributesFile=${devNull}`];
  const words = (args: readonly string[]) => [...settings, ...args];
  const callOf = (call: Pick<GitCall, "input" | "env"> = {}) => ({
    cwd,
    timeout_ms: TIMEOUT_MS,
    ...call,
    env: { ...env, ...call.env },
  });
  return {
    text: (args, call) => inTurn(() => git(words(args), callOf(call))),
    bytes: (args, call) => inTurn(() => gitBytes(words(args), callOf(call))),
    // As long as its reader takes: the door cuts off who does not read.
    stream: (args) => gitStream(words(args), { cwd, env }),
    newIndex: () => join(cwd, `index-${++indexes}`),
  };
}

let indexes = 0;

/** A bare repository without an object, made once in a process. */
function emptyRepository(hash: "sha1" | "sha256"): string {
  const root = perProcess("empty repositories", () => {
    const made = mkdtempSync(join(tmpdir(), "phaseboard-git-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    return made;
  });
  const folder = join(root, hash);
  const isMade = mkdirSync(join(folder, "refs"), { recursive: true }) === undefined;
  if (isMade) return folder;
  mkdirSync(join(folder, "info"));
  // What is packed is packed as it is, whatever its own attributes leave out or fill in.
  writeFileSync(join(folder, "info", "attributes"), "* -export-ignore -export-subst\n");
  const format =
    hash === "sha256"
      ? "\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n"
      : "\trepositoryformatversion = 0\n\tbare = true\n";
  writeFileSync(join(folder, "config"), `[core]\n${format}`);
  writeFileSync(join(folder, "HEAD"), "ref: refs/heads/none\n");
  return folder;
}

let asking = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  if (asking >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else asking += 1;
  try {
    return await ask();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else asking -= 1;
  }
}
