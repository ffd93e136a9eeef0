import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach } from "vitest";
import { bundleProgram } from "./bundle";

const running = new Set<ChildProcess>();
// Below node_modules, so that the packages it leaves out are found from there.
const BUNDLE = `node_modules/.cache/phaseboard-test/worker-${process.pid}.mjs`;
let bundle: Promise<string> | undefined;

/** Kills what a test leaves running. Call it once in the file. */
export function endWorkersAfterEach(): void {
  afterEach(async () => {
    for (const child of running) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
  });
}

/** Starts a real worker process, by the program `by` where there is one, and waits until it takes jobs. */
export async function startWorkerProcess(
  databaseUrl: string,
  env: Record<string, string> = {},
  by: string[] = [],
): Promise<ChildProcess & { pid: number }> {
  bundle ??= bundleProgram("src/test/worker-entry.ts", BUNDLE, { whole: true });
  const [program = process.execPath, ...args] = [...by, process.execPath, await bundle];
  const child = spawn(program, args, {
    env: {
      ...process.env,
      PHASEBOARD_LOG_LEVEL: process.env.WORKER_LOG ?? "silent",
      DATABASE_URL: databaseUrl,
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  await once(child.stdout ?? child, "data");
  return withPid(child);
}

function withPid(child: ChildProcess): ChildProcess & { pid: number } {
  if (child.pid === undefined) throw new Error("the worker process did not start");
  return Object.assign(child, { pid: child.pid });
}
