import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { startPiped, startPipedBothWays } from "./pipes";

const shell = (run: string) => startPiped((stdio) => spawn("/bin/sh", ["-c", run], { stdio }));

async function saidBy({ stdout, stderr }: { stdout: Readable; stderr: Readable }) {
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  return { out, err };
}

const descriptors = () => readdirSync("/proc/self/fd").length;

describe("a program's pipes", () => {
  it("can be opened by name", async () => {
    const run = `echo warn > /dev/stderr; echo both | tee /dev/fd/2; echo more >> /dev/stdout; cat /dev/stdin; test -p /dev/fd/1`;
    const piped = shell(run);
    const exit = once(piped.child, "exit");
    expect(await saidBy(piped)).toEqual({ out: "both\nmore\n", err: "warn\nboth\n" });
    expect(await exit).toEqual([0, null]);
  });

  it("carry more than they hold, both ways, and end with what was said", async () => {
    const run = `cat /dev/stdin | tee /dev/stderr`;
    const piped = startPipedBothWays((stdio) => spawn("/bin/sh", ["-c", run], { stdio }));
    const said = saidBy(piped);
    const line = "0123456789".repeat(100_000);
    piped.stdin.write(line);
    piped.stdin.end("end");
    expect(await said).toEqual({ out: `${line}end`, err: `${line}end` });
  });

  it("leave no descriptor behind, nor a name", async () => {
    const round = async (count: number) => {
      await Promise.all(Array.from({ length: count }, () => saidBy(shell("echo a; echo b >&2"))));
    };
    await round(5);
    const before = descriptors();
    for (let n = 0; n < 4; n++) await round(8);
    const missing = startPipedBothWays((stdio) => spawn("/nothing/here", [], { stdio }));
    missing.stdin.on("error", () => {});
    await Promise.all([once(missing.child, "error"), saidBy(missing)]);
    missing.stdin.destroy();
    expect(() => startPiped((stdio) => spawn("a\0b", [], { stdio }))).toThrow();
    await expect.poll(descriptors).toBeLessThanOrEqual(before + 2);
  });

  it("are there again where somebody has cleared up their folder", async () => {
    await saidBy(shell("true"));
    for (const name of readdirSync(tmpdir())) {
      if (name.startsWith(`phaseboard-pipes-${process.pid}-`))
        rmSync(join(tmpdir(), name), { recursive: true });
    }
    expect((await saidBy(shell("echo once"))).out).toBe("once\n");
    expect((await saidBy(shell("echo again > /dev/stderr"))).err).toBe("again\n");
  });
});
