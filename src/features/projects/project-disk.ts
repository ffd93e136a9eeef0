import { basename, join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../auth/scope";
import { isOneOf } from "../../db/read-page";
import { workflowArtifacts } from "../../db/schema/comments";
import { workflowRunSteps, workflowRuns } from "../../db/schema/runs";
import { snapshotBytes } from "../../git/snapshot-bytes";
import { folderSizes } from "../../lib/folder-sizes";
import { readSettings } from "../../lib/settings";
import { getProjectPath } from "./queries";
import type { ProjectDisk } from "./schema";

/** Runs that are named, the largest. */
const NAMED = 20;

/** What a project takes of the disk of this machine. Three queries. */
export async function getProjectDisk(caller: Caller, id: string): Promise<ProjectDisk> {
  const scope = await authorizeProject(caller, id, "project:read");
  const folder = join(readSettings().dataDir, "workspaces", id);
  const [sizes, [artifacts], snapshots_bytes] = await Promise.all([
    folderSizes(folder),
    caller.db
      .select({ bytes: sql<number>`coalesce(sum(${workflowArtifacts.size_bytes}), 0)::float8` })
      .from(workflowArtifacts)
      .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, workflowArtifacts.workflow_run_step_id))
      .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
      .where(eq(workflowRuns.project_id, id)),
    getProjectPath(caller.db, scope).then(snapshotBytes),
  ]);
  const workspaces_bytes = sizes.get(folder) ?? 0;
  sizes.delete(folder);
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, NAMED);
  const byId = new Map(largest.map(([path, bytes]) => [basename(path), bytes]));
  const { id: run_id, number, name, status } = workflowRuns;
  const rows = await caller.db
    .select({ id: run_id, number, name, status })
    .from(workflowRuns)
    .where(isOneOf(run_id, [...byId.keys()]));
  const runs = rows
    .map((row) => ({ ...row, bytes: byId.get(row.id) ?? 0 }))
    .sort((a, b) => b.bytes - a.bytes);
  return {
    artifacts_bytes: artifacts?.bytes ?? 0,
    snapshots_bytes,
    workspaces_bytes,
    workspaces_count: sizes.size,
    runs,
  };
}
