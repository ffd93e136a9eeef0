import { authorizeProject, authorizeRun, type Caller } from "../../../auth/scope";
import type { Db } from "../../../db/client";
import { hubOf } from "../../../events/hub";
import { wakerOf } from "../../../events/wake";
import { AppError } from "../../../lib/errors";
import type { LookInput, Present } from "../schema";

/**
 * Says that a tab of the caller looks at a project, or at a run of it, and gives who else does. It is said to all web
 * processes and kept in their memory alone; a tab says it again while it is open. Programs, which come by a token, only ask.
 */
export async function look(caller: Caller, input: LookInput): Promise<Present> {
  const { project_id, run_id, tab, place, gone } = input;
  const scope =
    run_id === null
      ? await authorizeProject(caller, project_id, "project:read")
      : await authorizeRun(caller, run_id, "project:read");
  if (scope.project_id !== project_id)
    throw new AppError("BAD_REQUEST", "The run is of another project.", [
      { path: "run_id", message: "is a run of another project" },
    ]);
  const { actor } = caller;
  const hub = hubOf(caller.db);
  if (actor.type === "user") {
    const { user_id, name } = actor;
    const looking = { project_id, tab, run_id, user_id, name, place, ...(gone ? { gone } : {}) };
    hub.presence.hear(looking);
    // A NOTIFY is no write: nothing of it is kept.
    wakerOf(caller.db as Db).presence(looking);
  }
  return { runs: hub.presence.of(project_id) };
}
