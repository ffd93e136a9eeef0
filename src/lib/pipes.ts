import { type ChildProcess, execFile, execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { isAlive } from "./process-tree";

/*
 * Node gives a child sockets for "pipe", and on Linux `echo warn > /dev/stderr` fails on a socket. So the child gets
 * named pipes, whose names are removed before it starts. On other systems `/dev/fd/2` works for any descriptor, and
 * Node's own pipes are used.
 */

type End = number | "pipe";

/** A program with its output streams. */
export interface Piped {
  child: ChildProcess;
  stdout: Readable;
  stderr: Readable;
}

/** A program with its input stream too. */
export interface PipedBothWays extends Piped {
  stdin: Writable;
}

const PREFIX = "phaseboard-pipes-";
/** Named pipes that one `mkfifo` process makes, since starting one costs milliseconds. */
const NAMES = 64;
/** With fewer names left, more are made in the background. */
const FEW = 16;

const hasNames = process.platform === "linux";
let folder: string | null = null;
let names: string[] = [];
let made = 0;
let isMaking = false;

/** The first three entries of `stdio`, for a program. */
export type Stdio = ["ignore" | End, End, End];

/**
 * Starts a program with pipes for stdout and stderr and without stdin. `start` gets the first three entries of `stdio`.
 * If it throws, all pipes are closed.
 */
export function startPiped(start: (stdio: Stdio) => ChildProcess): Piped {
  const [output, errors] = [openPipe(), openPipe()];
  const child = startWith([output, errors], () =>
    start(["ignore", output?.write ?? "pipe", errors?.write ?? "pipe"]),
  );
  // The reader sees the end of a pipe only when this process has closed its copy of the child's end.
  for (const pipe of [output, errors]) if (pipe) closeSync(pipe.write);
  return {
    child,
    stdout: output ? reader(output.read) : (child.stdout as Readable),
    stderr: errors ? reader(errors.read) : (child.stderr as Readable),
  };
}

/** `startPiped` with a pipe for stdin too. */
export function startPipedBothWays(start: (stdio: Stdio) => ChildProcess): PipedBothWays {
  const input = openPipe();
  const piped = startWith([input], () =>
    startPiped(([, output, errors]) => start([input?.read ?? "pipe", output, errors])),
  );
  if (input) closeSync(input.read);
  const stdin = input && new Socket({ fd: input.write, readable: false, writable: true });
  return { ...piped, stdin: stdin ?? (piped.child.stdin as Writable) };
}

function startWith<T>(pipes: (Pipe | null)[], start: () => T): T {
  try {
    return start();
  } catch (error) {
    for (const pipe of pipes) {
      if (!pipe) continue;
      closeSync(pipe.read);
      closeSync(pipe.write);
    }
    throw error;
  }
}

const reader = (fd: number) => new Socket({ fd, readable: true, writable: false });

interface Pipe {
  read: number;
  write: number;
}

/** A new pipe; null where `mkfifo` is missing or the folder does not allow named pipes. */
function openPipe(): Pipe | null {
  if (!hasNames) return null;
  const name = nextName();
  if (name === null) return null;
  let read: number | undefined;
  try {
    // Non-blocking, so that opening the read end does not wait for a writer.
    read = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    return { read, write: openSync(name, constants.O_WRONLY) };
  } catch {
    if (read !== undefined) closeSync(read);
    // The temporary folder was cleaned up, so new names are made next time.
    forget();
    return null;
  } finally {
    remove(name);
  }
}

function nextName(): string | null {
  try {
    if (names.length === 0) names = makeNow();
    if (names.length < FEW) makeSoon();
    return names.pop() ?? null;
  } catch {
    forget();
    return null;
  }
}

function makeNow(): string[] {
  const wanted = wantedNames();
  execFileSync("mkfifo", ["-m", "666", ...wanted], { stdio: "ignore" });
  return wanted;
}

function makeSoon(): void {
  if (isMaking) return;
  isMaking = true;
  const wanted = wantedNames();
  execFile("mkfifo", ["-m", "666", ...wanted], (error) => {
    isMaking = false;
    if (!error) names.unshift(...wanted);
  });
}

/** Made with mode 666, since a step may change to another user. Others cannot enter the folder. */
function wantedNames(): string[] {
  folder ??= makeFolder();
  const place = folder;
  return Array.from({ length: NAMES }, () => join(place, String(made++)));
}

function makeFolder(): string {
  removeLeftovers();
  const place = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  process.once("exit", () => rmSync(place, { recursive: true, force: true }));
  return place;
}

/** Removes the folders of processes that were killed. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // The folder belongs to another user.
    }
  }
}

function forget(): void {
  folder = null;
  names = [];
}

function remove(name: string): void {
  try {
    unlinkSync(name);
  } catch {
    // Another process has removed the name already.
  }
}
