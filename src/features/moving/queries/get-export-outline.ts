import { and, eq, inArray } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { workflowRuns } from "../../../db/schema/runs";
import { projectSecrets } from "../../../db/schema/secrets";
import { folderSizes } from "../../../lib/folder-sizes";
import { isRunEnded, RUN_STATUSES } from "../../../model/states";
import { getProjectPath } from "../../projects/queries";
import type { ExportOutline } from "../schema";
import { refusalOfExport } from "./export-project";

const UNDER_WAY = RUN_STATUSES.filter((status) => !isRunEnded(status));

/** What an export of the project would take along, for its owners. */
export async function getExportOutline(caller: Caller, { id }: { id: string }): Promise<ExportOutline> {
  const { db } = caller;
  const scope = await authorizeProject(caller, id, "project:delete");
  const path = await getProjectPath(db, scope);
  const ofProject = eq(workflowRuns.project_id, id);
  const [sizes, runs_count, active_runs_count, definitions_count, secrets_count] = await Promise.all([
    folderSizes(path),
    db.$count(workflowRuns, ofProject),
    db.$count(workflowRuns, and(ofProject, inArray(workflowRuns.status, UNDER_WAY))),
    db.$count(workflowDefinitions, eq(workflowDefinitions.project_id, id)),
    db.$count(projectSecrets, eq(projectSecrets.project_id, id)),
  ]);
  const files_bytes = sizes.get(path) ?? 0;
  const refusal = refusalOfExport()?.message ?? null;
  return { refusal, files_bytes, runs_count, active_runs_count, definitions_count, secrets_count };
}
