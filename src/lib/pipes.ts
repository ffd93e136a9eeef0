import { type ChildProcess, execFile, execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { isAlive } from "./process-tree";

/*
 * Node gives a child sockets for "pipe", which Linux does not open by name: `echo warn > /dev/stderr` fails there.
 * So its ends are those of named pipes, whose names are gone before the child begins. Elsewhere `/dev/fd/2` is the
 * descriptor once more, whatever it is, and Node's own will do.
 */

type End = number | "pipe";

/** A program with its streams. */
export interface Piped {
  child: ChildProcess;
  stdout: Readable;
  stderr: Readable;
}

/** One that is spoken to as well. */
export interface PipedBothWays extends Piped {
  stdin: Writable;
}

const PREFIX = "phaseboard-pipes-";
/** One process makes so many names, since to start it costs milliseconds. */
const NAMES = 64;
/** Where fewer are left more are made, beside what goes on. */
const FEW = 16;

const hasNames = process.platform === "linux";
let folder: string | null = null;
let names: string[] = [];
let made = 0;
let isMaking = false;

/** The first three of `stdio` as a program is given them. */
export type Stdio = ["ignore" | End, End, End];

/**
 * Starts a program whose stdout and stderr are pipes, and that has nothing to read. `start` is given what to hand
 * over as the first three of `stdio`; where it throws nothing is left open.
 */
export function startPiped(start: (stdio: Stdio) => ChildProcess): Piped {
  const [output, errors] = [openPipe(), openPipe()];
  const child = startWith([output, errors], () =>
    start(["ignore", output?.write ?? "pipe", errors?.write ?? "pipe"]),
  );
  // While we hold the child's ends nobody is told that it has closed them.
  for (const pipe of [output, errors]) if (pipe) closeSync(pipe.write);
  return {
    child,
    stdout: output ? reader(output.read) : (child.stdout as Readable),
    stderr: errors ? reader(errors.read) : (child.stderr as Readable),
  };
}

/** As `startPiped`, with a pipe for stdin too. */
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

/** Null where there are no named pipes: without `mkfifo`, or in a folder that takes none. */
function openPipe(): Pipe | null {
  if (!hasNames) return null;
  const name = nextName();
  if (name === null) return null;
  let read: number | undefined;
  try {
    // Not waiting: the one end for its writer, the other for what it is asked to do.
    read = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    return { read, write: openSync(name, constants.O_WRONLY) };
  } catch {
    if (read !== undefined) closeSync(read);
    // Somebody has cleared up; the next ones are made anew.
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

/** Open to all: a step may change to another user, and only we can reach the name. */
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

/** Of processes that were killed. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Somebody else's.
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
    // It was never there.
  }
}
