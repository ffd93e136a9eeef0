import { spawn } from "node:child_process";
import { logger } from "../lib/logger";
import { MARKER } from "../lib/process-tree";

/**
 * A small shell that outlives this process by a moment: once our end of its pipe is closed, by kill -9 too,
 * it kills every process that carries this worker's marker, and the group of each that leads one.
 */
const SCRIPT = `
read -r _
tries=0
while [ $tries -lt 50 ]; do
  found=$(grep -sl "$1" /proc/[0-9]*/environ)
  [ -n "$found" ] || exit 0
  for file in $found; do
    pid=\${file#/proc/}
    pid=\${pid%/environ}
    kill -s KILL -- "-$pid" "$pid" 2>/dev/null
  done
  tries=$((tries + 1))
  sleep 0.05
done`;

const RESTART_MS = 1_000;

export interface Guard {
  /** Lets the guard look for what is left, and end. */
  release(): void;
}

/** Starts the guard where there is a /proc; elsewhere leftovers are ended by whoever takes the run over. */
export function startGuard(processKey: string): Guard {
  if (process.platform !== "linux") return { release() {} };
  let released = false;
  let guard = start();
  function start() {
    const child = spawn("/bin/sh", ["-c", SCRIPT, "phaseboard-guard", `${MARKER}=${processKey}:`], {
      // A session of its own, so that Ctrl-C in the terminal leaves it to its work.
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin", NODE_ENV: process.env.NODE_ENV },
    });
    child.on("error", (error) => logger.warn({ err: error }, "the guard of child processes could not start"));
    child.once("exit", () => {
      if (released) return;
      logger.warn("the guard of child processes has ended; another takes its place");
      setTimeout(() => {
        guard = start();
      }, RESTART_MS).unref();
    });
    child.stdin.on("error", () => {});
    child.unref();
    return child;
  }
  return {
    release() {
      released = true;
      guard.stdin.end();
    },
  };
}
