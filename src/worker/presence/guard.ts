import { spawn } from "node:child_process";
import { logger } from "../../lib/logger";
import { MARKER } from "../../lib/process-tree";

/**
 * A small shell that outlives this process. Once this process's end of the pipe closes, also by kill -9, it kills the
 * process groups that it was told of and each process with this worker's marker.
 */
const SCRIPT = `
groups=
while read -r word group; do
  left=
  for one in $groups; do [ "$one" = "$group" ] || left="$left $one"; done
  [ "$word" = tell ] && left="$left $group"
  groups=$left
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
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
/** Milliseconds until a group is told of: most steps have ended by then. */
const TELL_MS = 100;

export interface Guard {
  /**
   * Has the process group that `pid` leads killed with this worker, whatever its environment, until the returned
   * function is called. During its first moments a group is only found by its marker.
   */
  watch: (pid: number) => () => void;
  /** Lets the guard kill what is left and end. */
  release(): void;
}

/** Starts the guard on Linux, which has /proc. Elsewhere the worker that takes a run over ends what is left of it. */
export function startGuard(processKey: string): Guard {
  if (process.platform !== "linux") return { watch: () => () => {}, release() {} };
  const groups = new Set<number>();
  let released = false;
  let guard = start();
  function start() {
    const child = spawn("/bin/sh", ["-c", SCRIPT, "phaseboard-guard", `${MARKER}=${processKey}:`], {
      // A session of its own, so that Ctrl-C in the terminal does not stop it.
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
    for (const pid of groups) child.stdin.write(`tell ${pid}\n`);
    return child;
  }
  return {
    watch(pid) {
      const timer = setTimeout(() => {
        groups.add(pid);
        guard.stdin.write(`tell ${pid}\n`);
      }, TELL_MS);
      return () => {
        clearTimeout(timer);
        if (groups.delete(pid)) guard.stdin.write(`untell ${pid}\n`);
      };
    },
    release() {
      released = true;
      guard.stdin.end();
    },
  };
}
