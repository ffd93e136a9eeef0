import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dropSnapshotsOf, freeSnapshots, keeperOf, snapshotRef } from "./keeper";

const AUTHOR = ["-c", "user.name=A", "-c", "user.email=a@b"];

/** Bytes of the files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}

async function age(folder: string, days: number): Promise<void> {
  const old = new Date(Date.now() - days * 86_400_000);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), old, old);
}

it("snapshots that were let go free their room, and what others keep stays", async () => {
  const project = await mkdtemp(join(tmpdir(), "phaseboard-keeper-"));
  const keeper = await keeperOf(project, "copy");
  await mkdir(keeper, { recursive: true });
  const git = (args: string[], input?: Buffer) =>
    execFileSync("git", [...AUTHOR, ...args], {
      cwd: keeper,
      env: { ...process.env, GIT_DIR: keeper },
      input,
    })
      .toString()
      .trim();
  git(["init", "-q", "--bare"]);
  const keep = (id: string) => {
    const blob = git(["hash-object", "-w", "--stdin"], randomBytes(400_000));
    const tree = git(["mktree"], Buffer.from(`100644 blob ${blob}\tfile\n`));
    git(["update-ref", snapshotRef(id), git(["commit-tree", tree, "-m", id])]);
    return blob;
  };
  const blobs = { gone: keep("gone"), kept: keep("kept") };
  await age(join(keeper, "objects"), 3);
  const young = git(["hash-object", "-w", "--stdin"], randomBytes(1_000));
  await dropSnapshotsOf(project, [
    { id: "gone", workspace: "copy" },
    { id: "never", workspace: "copy" },
    { id: "kept", workspace: "shared" },
  ]);
  expect(git(["for-each-ref", "--format=%(refname)"])).toBe(snapshotRef("kept"));
  expect(await sizeOf(keeper)).toBeGreaterThan(800_000);
  await freeSnapshots(project);
  expect(await sizeOf(keeper)).toBeLessThan(500_000);
  expect(git(["cat-file", "-t", blobs.kept])).toBe("blob");
  // Somebody may be about to keep it.
  expect(git(["cat-file", "-t", young])).toBe("blob");
  expect(() => git(["cat-file", "-e", blobs.gone])).toThrow();
  await freeSnapshots(join(project, "none"));
});
