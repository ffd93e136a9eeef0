import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BIN = fileURLToPath(new URL("../../src/cli/bin.mjs", import.meta.url));

function fromSetUp(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is set by the global set-up, which did not run`);
  return value;
}

export const server = {
  get url() {
    return fromSetUp("PHASEBOARD_E2E_URL");
  },
  get setupUrl() {
    return fromSetUp("PHASEBOARD_E2E_SETUP_URL");
  },
  get dataDir() {
    return fromSetUp("PHASEBOARD_E2E_DATA_DIR");
  },
};

/** Process ids of the web process and the workers, in order. */
export async function ownProcesses(): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-ax", "-o", "pid=,ppid=,args="]);
  return stdout
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(
      ([, , parent, args]) =>
        parent === fromSetUp("PHASEBOARD_E2E_PID") && /dist\/(web|worker)\.js/.test(args ?? ""),
    )
    .map(([, pid]) => Number(pid))
    .sort((a, b) => a - b);
}

/** Runs `phaseboard …` beside the running server, as an operator would; returns its output. */
export async function phaseboard(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [BIN, ...words], {
    env: { ...process.env, PHASEBOARD_DATA_DIR: server.dataDir },
  });
  return stdout.trim();
}
