import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { endTree, isAlive, listTree, MARKER } from "./process-tree";

describe("a tree that was started just now", () => {
  it("may start what clears up as it is told to end", async () => {
    const env = { ...process.env, [MARKER]: `test-clean-${process.pid}` };
    const script = "trap 'sleep 1 && echo cleared; exit' TERM; echo ready; while :; do sleep 0.1; done";
    const child = spawn("/bin/sh", ["-c", script], { env, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (bytes) => (said += bytes));
    await expect.poll(() => said).toBe("ready\n");
    await endTree({ root: child.pid ?? 0, marked: (value) => value === env[MARKER] }, { grace_ms: 20_000 });
    expect(said).toBe("ready\ncleared\n");
  });

  it("is its processes, and none of their threads", async () => {
    const env = { ...process.env, [MARKER]: `test-${process.pid}` };
    const script = "console.log(process.pid); setInterval(() => {}, 1000)";
    const shell = `(setsid "$0" -e '${script}' &); exec "$0" -e '${script}'`;
    const child = spawn("/bin/sh", ["-c", shell, process.execPath], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pids: number[] = [];
    for await (const line of child.stdout) {
      pids.push(...String(line).trim().split("\n").map(Number));
      if (pids.length === 2) break;
    }
    expect(pids).toContain(child.pid);
    const root = child.pid ?? 0;
    const query = { root, marked: (value: string) => value === env[MARKER] };
    expect(listTree({ ...query, recent: true }).sort()).toEqual(pids.sort());
    const exited = once(child, "exit");
    expect(await endTree(query, { grace_ms: 0 })).toBe(2);
    await exited;
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
