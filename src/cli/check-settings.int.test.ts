import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../lib/package-root";

let copy = "";

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "phaseboard-unbuilt-"));
  for (const name of ["src", "drizzle", "package.json", "tsconfig.json", "next.config.mjs"]) {
    await cp(join(packageRoot(), name), join(copy, name), { recursive: true });
  }
  await symlink(join(packageRoot(), "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

it("a wrong setting stops the first start with one line, before the pages are built", () => {
  for (const [env, line] of [
    [{ PORT: "http" }, /^PORT must be/m],
    [{ HOST: "203.0.113.7" }, /^HOST 203\.0\.113\.7 is no address/m],
    [{ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" }, /^The database that DATABASE_URL names/m],
  ] as const) {
    const started = spawnSync(process.execPath, [join(copy, "src", "cli", "bin.mjs"), "start"], {
      cwd: copy,
      env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
      encoding: "utf8",
    });
    expect(started.status).toBe(1);
    expect(started.stderr.trim().split("\n").at(-1)).toMatch(line);
    expect(existsSync(join(copy, ".next"))).toBe(false);
    expect(existsSync(join(copy, "data"))).toBe(false);
  }
});
