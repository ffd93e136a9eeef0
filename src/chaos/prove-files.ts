import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { git } from "../git/git";
import type { Expected, Row } from "./expected";
import { FILE_STEPS } from "./mix";

const run = promisify(execFile);

/** Each completed run with a clone of its own has ended with the files of an undisturbed one, by their git trees. */
export async function proveFiles(
  db: Db,
  path: string,
  runs: Row[],
  expected: Map<string, Expected>,
): Promise<string[]> {
  const own = runs.filter(({ id, status }) => status === "completed" && expected.get(id)?.kind === "files");
  if (own.length === 0) return [];
  const tree = await undisturbed(path);
  const faults: string[] = [];
  for (const { id } of own) {
    const { rows } = await db.execute<{ snapshot: string | null }>(
      sql`select snapshot from workflow_runs where id = ${id}`,
    );
    const snapshot = rows[0]?.snapshot ?? "(none)";
    const ended = await git(["rev-parse", `${snapshot}^{tree}`], { cwd: path }).catch(String);
    if (ended !== tree) faults.push(`run ${id} ended with the files ${ended}, and was to have ${tree}`);
  }
  return faults;
}

/** The git tree after the steps' scripts, in a clone where nothing else happens. */
async function undisturbed(path: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-undisturbed-"));
  const files = join(folder, "files");
  try {
    await git(["clone", "--quiet", path, files], { cwd: folder, env: { GIT_ALLOW_PROTOCOL: "file" } });
    for (const [name, value] of Object.entries({ name: "Nobody", email: "nobody@example.com" }))
      await git(["config", `user.${name}`, value], { cwd: files });
    for (const body of Object.values(FILE_STEPS)) await run("sh", ["-ec", body], { cwd: files });
    await git(["add", "--all"], { cwd: files });
    return await git(["write-tree"], { cwd: files });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
