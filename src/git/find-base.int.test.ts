import { execFileSync } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findBase } from "./find-base";

it("says which branch is missing where there are others, and nothing where there is no commit", async () => {
  const project = await mkdtemp(join(tmpdir(), "phaseboard-base-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b", ...args], { cwd: project });
  git("init", "-q", "-b", "trunk");
  expect(await findBase(project, null, null)).toBeNull();
  git("commit", "-q", "--allow-empty", "-m", "One");
  expect(await findBase(project, null, null)).toMatchObject({ name: "trunk" });
  git("branch", "-m", "trunk", "other");
  git("symbolic-ref", "HEAD", "refs/heads/trunk");
  expect(await findBase(project, null, null)).toEqual({
    refusal: expect.stringContaining('branch "trunk" does not exist. Check out one that does'),
  });
  expect(await findBase(project, "other", null)).toMatchObject({ name: "other" });
});
