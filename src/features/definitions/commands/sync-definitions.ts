import { authorizeProject, type Caller } from "../../../auth/scope";
import type { SyncResult } from "../schema";
import { syncFolder } from "../sync-folder";

/** Reads the project's definitions folder again. Throws BAD_REQUEST if it cannot be read. */
export async function syncDefinitions(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<SyncResult> {
  const scope = await authorizeProject(caller, project_id, "definition:write");
  return (await syncFolder(caller.db, scope)).result;
}
