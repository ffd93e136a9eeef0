import { codeOf, messageOf } from "../../lib/errors";

/** Linux's limit for one variable: name, `=`, value and the NUL at the end. */
const MAX_VARIABLE_BYTES = 128 * 1024;
const NAMED = 3;
const WAY_OUT =
  "Write what is large into a file and hand over its name, or read it from the file $PHASEBOARD_ARGS.";

/** Whether a program was not started because of its arguments, its environment, or because it does not exist. */
export function isSpawnFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const fault = error as NodeJS.ErrnoException;
  return fault.syscall?.startsWith("spawn") === true || fault.code?.startsWith("ERR_INVALID_ARG") === true;
}

/** Why a program could not be started, for people. */
export function spawnFaultText(error: unknown, env: Record<string, string>): string {
  if (codeOf(error) !== "E2BIG") return messageOf(error);
  const sizes = Object.entries(env)
    .map(([name, value]) => ({ name, bytes: Buffer.byteLength(`${name}=${value}`) + 1 }))
    .sort((a, b) => b.bytes - a.bytes);
  const large = sizes.filter(({ bytes }) => bytes > MAX_VARIABLE_BYTES);
  if (large.length > 0 && process.platform === "linux") {
    const named = large.slice(0, NAMED).map(({ name, bytes }) => `${name} has ${inKiB(bytes)}`);
    return `the variable ${named.join(", ")}, and a program can be given 128 KiB in one. ${WAY_OUT}`;
  }
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const named = sizes.slice(0, NAMED).map(({ name, bytes }) => `${name} with ${inKiB(bytes)}`);
  return `its ${sizes.length} variables have ${inKiB(all)} together, more than a program can be given; the largest are ${named.join(", ")}. ${WAY_OUT}`;
}

function inKiB(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
