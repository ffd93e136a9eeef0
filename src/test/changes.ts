import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { eq } from "drizzle-orm";
import type { Db } from "../db/client";
import { workflowRunSteps, workflowRuns } from "../db/schema/runs";
import { git } from "../git/git";
import type { MadeRun } from "./factories";

/** What has a repository. */
interface Place {
  project: { path: string };
}

/** A file by its content, or by what else it is. */
export type Content = string | Buffer | { link: string } | { run: string };
export type Files = Record<string, Content>;

/** A repository in the project's folder with these files, as a commit of which nothing but its id is known. */
export async function commitFiles(
  { project: { path } }: Place,
  files: Files,
  parent?: string,
): Promise<string> {
  await git(["init", "--quiet"], { cwd: path });
  await git(["rm", "-r", "-f", "--quiet", "--cached", "--ignore-unmatch", "."], { cwd: path });
  await git(["clean", "-ffdxq", "-e", ".agent"], { cwd: path });
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { force: true });
    if (typeof content === "string" || Buffer.isBuffer(content)) await writeFile(file, content);
    else if ("link" in content) await symlink(content.link, file);
    else {
      await writeFile(file, content.run);
      await chmod(file, 0o755);
    }
  }
  await git(["add", "--all", "--force", "--", ".", ":(exclude).agent"], { cwd: path });
  return commitIndex(path, parent);
}

/** What the index has, as a commit. */
export async function commitIndex(cwd: string, parent?: string): Promise<string> {
  const tree = await git(["write-tree"], { cwd });
  return git(["commit-tree", tree, ...(parent ? ["-p", parent] : []), "-m", "Snapshot"], { cwd });
}

/** Makes it so that the run, and its first step, changed the one files into the other. */
export async function makeChanges(
  db: Db,
  made: Place,
  run: MadeRun,
  { before, after }: { before: Files; after: Files },
): Promise<{ from: string; to: string }> {
  const from = await commitFiles(made, before);
  const to = await commitFiles(made, after, from);
  await recordChanges(db, run, { from, to });
  return { from, to };
}

/** As `makeChanges`, of commits that are there. */
export async function recordChanges(
  db: Db,
  { run, steps: [step] }: MadeRun,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db
    .update(workflowRuns)
    .set({ workspace: "clone", base_commit: from, snapshot: to, base: "main", branch: "phaseboard/1-test" })
    .where(eq(workflowRuns.id, run.id));
  await db
    .update(workflowRunSteps)
    .set({ snapshot_before: from, snapshot: to })
    .where(eq(workflowRunSteps.id, step?.id ?? ""));
}
