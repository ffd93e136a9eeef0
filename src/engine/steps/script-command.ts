import { writeFileSync } from "node:fs";
import { findCommand } from "../../lib/find-command";

/** A program with its arguments, or why there is none. */
export type ScriptCommand = { program: string; args: string[] } | { refusal: string };

interface Script {
  run: string;
  /** As the definition says it; undefined: sh. */
  shell?: string;
}

interface Place {
  /** Absolute; what a program that is named by a path is looked for from. */
  folder: string;
  /** The step's PATH. */
  path: string | undefined;
  /** Where what is to run may be written. */
  file: string;
}

/** Linux takes 128 KiB in one argument, whatever the limit of all together. */
const MAX_ARGUMENT_BYTES = 100_000;
const SHEBANG = /^#![ \t]*(\S+)(?:[ \t]+(\S.*?))?[ \t\r]*(?:\n|$)/;

/**
 * What runs a script: what its first line names where that begins with `#!`, else its shell. `sh` and `bash` stop at
 * the first command that fails (bash in a pipe too); any other program is given the script as a file, behind its own
 * arguments or in the place of `{0}`.
 */
export async function scriptCommand(script: Script, place: Place): Promise<ScriptCommand> {
  const { run, shell = "sh" } = script;
  if (process.platform === "win32") {
    return { program: process.env.COMSPEC ?? "cmd.exe", args: ["/d", "/s", "/c", run] };
  }
  const [, interpreter, option] = SHEBANG.exec(run) ?? [];
  if (interpreter !== undefined) {
    const program = await findCommand(interpreter, place.folder, place.path);
    if (program === null) return { refusal: `Its first line names ${missing(interpreter, place)}` };
    // One argument at most, spaces and all, as the system does it.
    return { program, args: [...(option ? [option] : []), written(run, place)] };
  }
  if (shell === "sh") return { program: "/bin/sh", args: ["-e", ...handedOver(run, place)] };
  const [name = "", ...args] = shell.split(/\s+/).filter(Boolean);
  const program = await findCommand(name, place.folder, place.path);
  if (program === null) return { refusal: `Its shell is ${missing(name, place)}` };
  if (shell === "bash") return { program, args: ["-eo", "pipefail", ...handedOver(run, place)] };
  const file = written(run, place);
  const isPlaced = args.includes("{0}");
  return { program, args: isPlaced ? args.map((arg) => (arg === "{0}" ? file : arg)) : [...args, file] };
}

/** For a shell: by itself, or as a file where it is too large for that. */
function handedOver(run: string, place: Place): string[] {
  return Buffer.byteLength(run) <= MAX_ARGUMENT_BYTES ? ["-c", run] : [written(run, place)];
}

function written(run: string, { file }: Place): string {
  writeFileSync(file, run, { mode: 0o700 });
  return file;
}

function missing(name: string, { path }: Place): string {
  return name.includes("/")
    ? `${name}, which is not there or may not be run`
    : `${name}, which is not on the PATH (${path ?? ""})`;
}
