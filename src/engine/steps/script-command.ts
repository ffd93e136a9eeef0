import { writeFileSync } from "node:fs";
import { findCommand } from "../../lib/find-command";

/** A program with its arguments, or why there is none. */
export type ScriptCommand = { program: string; args: string[] } | { refusal: string };

interface Script {
  run: string;
  /** The shell as the definition names it; undefined: sh. */
  shell?: string;
}

interface Place {
  /** Absolute; programs that are named by a relative path are looked up from here. */
  folder: string;
  /** The step's PATH. */
  path: string | undefined;
  /** Where the script's text may be written as a file. */
  file: string;
}

/** Linux limits one argument to 128 KiB, whatever the limit for all of them. */
const MAX_ARGUMENT_BYTES = 100_000;
const SHEBANG = /^#![ \t]*(\S+)(?:[ \t]+(\S.*?))?[ \t\r]*(?:\n|$)/;

/**
 * The program that runs a script: that of its `#!` line, else its shell. `sh` and `bash` stop at the first command that
 * fails (bash in a pipe too). Other programs get the script as a file, after their arguments or in the place of `{0}`.
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
    // Like Linux, passes all that follows the program in a `#!` line as one argument.
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

/** The arguments for a shell: the script's text, or a file where the text is too long. */
function handedOver(run: string, place: Place): string[] {
  return Buffer.byteLength(run) <= MAX_ARGUMENT_BYTES ? ["-c", run] : [written(run, place)];
}

function written(run: string, { file }: Place): string {
  // The step's user reads it, and may have made a link of this name; others cannot enter the folder.
  writeFileSync(file, run, { mode: 0o755, flag: "wx" });
  return file;
}

function missing(name: string, { path }: Place): string {
  return name.includes("/")
    ? `${name}, which is not there or may not be run`
    : `${name}, which is not on the PATH (${path ?? ""})`;
}
