import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { type Finding, ok, warn } from "./finding";

/** Folders that are named; there may be thousands. */
const NAMED = 3;
/** Hours beyond those that its project keeps a folder. The worker looks each minute, so by then something keeps it. */
const GRACE_HOURS = 24;

/** Names folders of runs that should be gone: of runs that nobody knows, or that ended long ago. */
export async function checkWorkspaces(db: Db, dataDir: string): Promise<Finding> {
  const root = join(dataDir, "workspaces");
  const folders = new Map<string, string>();
  for (const project of await namesIn(root)) {
    for (const run of await namesIn(join(root, project))) folders.set(run, join(root, project, run));
  }
  if (folders.size === 0) return ok("workspaces", "no run has a folder");
  const { rows } = await db.execute<{ id: string }>(sql`
    select r.id from workflow_runs r join projects p on p.id = r.project_id
    where r.id in ${[...folders.keys()]} and (
      r.status not in ('completed', 'failed', 'cancelled')
      or coalesce(r.completed_at, r.cancelled_at) > now() - (p.workspace_hours + ${GRACE_HOURS}) * interval '1 hour')`);
  const expected = new Set(rows.map(({ id }) => id));
  const left = [...folders].flatMap(([id, path]) => (expected.has(id) ? [] : [path]));
  const count = (n: number) => `${n} ${n === 1 ? "folder" : "folders"}`;
  if (left.length === 0) return ok("workspaces", `${count(folders.size)} of runs`);
  const which = `${left.slice(0, NAMED).join(", ")}${left.length > NAMED ? ", …" : ""}`;
  return warn(
    "workspaces",
    `${count(left.length)} of ended or unknown runs (${which}). Those of runs that were removed go within minutes; what stays has a file that no snapshot has, or is not ours: look, and remove it`,
  );
}

const namesIn = (folder: string) => readdir(folder).catch((): string[] => []);
