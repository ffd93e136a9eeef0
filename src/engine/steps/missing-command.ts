import { reasonText } from "../../lib/plain-text";

/** Messages of shells, `env` and npm for a program that does not exist or must not be run. */
const MISSING = [
  /^(?:.*: )?(?:line )?\d+: (.+?): (?:command )?not found$/,
  /^(?:.*: )?(.+?): (?:command )?not found$/,
  /^.*command not found: (.+)$/,
  /^(?:\/\S*\/)?env: ['\u2018"]?(.+?)['\u2019"]?: No such file or directory$/,
];
const FORBIDDEN = [
  /^(?:.*: )?(?:line )?\d+: (.+?): (?:Permission denied|cannot execute.*|Exec format error)$/,
  /^(?:.*: )?(.+?): (?:Permission denied|cannot execute.*)$/,
];

/**
 * Why a script failed with exit code 127 (not found) or 126 (not executable), with the command's name where the end of
 * `stderr` has it. Null for any other code.
 */
export function missingCommand(code: number | null, stderr: string): string | null {
  if (code !== 126 && code !== 127) return null;
  const lines = reasonText(stderr)
    .split("\n")
    .map((line) => line.trim());
  const found = [...lines].reverse().flatMap((line) => {
    const name = (code === 127 ? MISSING : FORBIDDEN).map((is) => is.exec(line)?.[1]).find(Boolean);
    return name ? [name.slice(0, 200)] : [];
  })[0];
  const command = found ? `the command "${found}"` : "a command";
  if (code === 126) {
    return `Exited with code 126: ${command} may not be run. Make the file executable (chmod +x), or start it with its program, such as sh or node`;
  }
  const mend =
    "install it on the worker's machine or in a step before this one (such as npm ci), or name it by its path";
  return `Exited with code 127: ${command} was not found; ${mend}`;
}
