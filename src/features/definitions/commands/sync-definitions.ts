import { authorizeProject, type Caller } from "../../../auth/scope";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { audit, transact } from "../../../events/emit";
import { progress } from "../../../events/progress";
import type { SyncResult } from "../schema";
import { syncFolder } from "../sync-folder";

/** Reads the project's definitions folder again. Throws BAD_REQUEST if it cannot be read. */
export async function syncDefinitions(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<SyncResult> {
  const scope = await authorizeProject(caller, project_id, "definition:write");
  const { result } = await syncFolder(caller.db, scope, (work) =>
    transact(caller, scope, "definitions.sync", async (tx) => {
      const result = await work(tx);
      audit(tx, { after: { ...result } });
      return result;
    }),
  );
  return result;
}

/** As `syncDefinitions`, behind a command that has changed the folder and told of it. */
export async function readFolder(caller: Caller, project_id: string): Promise<void> {
  const scope = await authorizeProject(caller, project_id, "definition:write");
  await syncFolder(caller.db, scope, (work) => progress(bookkeepingOf(caller), work));
}
