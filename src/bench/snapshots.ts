import { execFile } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { git } from "../git/git";
import { initKeptTree, type KeptTree, type Snapshot, takeSnapshot } from "../git/kept-tree";
import { compare, type Measure, timed } from "./measure";

const FILES = 50_000;
const PER_FOLDER = 100;
const SAMPLES = 8;

/** A snapshot of many files in which nothing, or one file, has changed, against `git status` there. */
export async function measureSnapshots(): Promise<Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-bench-snapshots-"));
  try {
    const files = join(folder, "files");
    await makeRepository(files);
    const tree: KeptTree = {
      files,
      git: join(folder, "snapshots.git"),
      keeper: join(files, ".git"),
      ref: "refs/phaseboard/runs/bench",
      call: {},
    };
    await initKeptTree(tree, []);
    let at: Snapshot = await takeSnapshot(tree, "first", null, null);
    const [status, unchanged, changed]: number[][] = [[], [], []];
    for (let sample = 0; sample < SAMPLES; sample++) {
      status?.push(await timed(() => promisify(execFile)("git", ["status", "--porcelain"], { cwd: files })));
      unchanged?.push(await timed(() => takeSnapshot(tree, "same", at, at.commit)));
      await appendFile(join(files, "0", "0.txt"), "more\n");
      changed?.push(
        await timed(async () => {
          at = await takeSnapshot(tree, "changed", at, at.commit);
        }),
      );
    }
    const line = (words: string, samples: number[] = [], at_most = 0) =>
      compare(`snapshot of 50,000 files, ${words}, against git status`, "ms", samples, status ?? [], {
        at_most,
      });
    return [line("nothing changed", unchanged, 1.5), line("one changed", changed, 2)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeRepository(files: string): Promise<void> {
  for (let start = 0; start < FILES; start += PER_FOLDER) {
    const folder = join(files, String(start / PER_FOLDER));
    await mkdir(folder, { recursive: true });
    const names = Array.from({ length: PER_FOLDER }, (_, place) => `${start + place}.txt`);
    await Promise.all(names.map((name) => writeFile(join(folder, name), `The file ${name}\n`)));
  }
  for (const words of [
    ["init", "--quiet"],
    ["add", "--all"],
    ["commit", "--quiet", "--message=files"],
  ])
    await git(words, { cwd: files });
}
