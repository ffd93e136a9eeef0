import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs git as a person would in the folder. */
export async function gitIn(cwd: string, ...args: string[]): Promise<string> {
  const person = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.com" };
  const env = {
    ...process.env,
    ...person,
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
  };
  const { stdout } = await run("git", args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** A git repository in a temporary folder with these files in one commit on main. */
export async function gitProject(files: Record<string, string>): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-git-")));
  await gitIn(path, "init", "--quiet", "--initial-branch=main");
  await writeFiles(path, files);
  await gitIn(path, "add", "--all");
  await gitIn(path, "commit", "--quiet", "--message=first");
  return path;
}

export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Each file below the folder with its content, but for what `skipped` says; paths are relative. */
export async function contentsOf(
  folder: string,
  skipped: (path: string) => boolean = () => false,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const names = await readdir(folder, { recursive: true });
  for (const name of names.sort()) {
    if (skipped(name) || !(await stat(join(folder, name))).isFile()) continue;
    found[name] = (await readFile(join(folder, name))).toString("latin1");
  }
  return found;
}
