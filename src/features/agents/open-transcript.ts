import { eq, sql } from "drizzle-orm";
import { authorizeAgentSession, type Caller } from "../../auth/scope";
import { agentSessions } from "../../db/schema/agents";
import { toIso } from "../../db/schema/columns";
import { AppError } from "../../lib/errors";
import { nullWhereGone, removedBy, WHY_GONE } from "../../storage/null-where-gone";
import { openStorage } from "../../storage/open-storage";
import type { StoredFile } from "../../storage/storage";
import { logsRemovedAt } from "../log/queries/read-log";
import { getProjectPath } from "../projects/queries";

/** The session's stored transcript: JSONL, with its size in bytes. Throws NOT_FOUND when the file is gone. */
export async function openTranscript(caller: Caller, { id }: { id: string }): Promise<StoredFile> {
  const scope = await authorizeAgentSession(caller, id, "project:read");
  const [[session], path] = await Promise.all([
    caller.db
      .select({ key: agentSessions.transcript_path, removed_at: logsRemovedAt })
      .from(agentSessions)
      .leftJoin(sql`workflow_run_step_attempts a`, sql`a.agent_session_id = ${agentSessions.id}`)
      .leftJoin(sql`workflow_run_steps s`, sql`s.id = a.workflow_run_step_id`)
      .leftJoin(sql`workflow_runs r`, sql`r.id = s.workflow_run_id`)
      .where(eq(agentSessions.id, id)),
    getProjectPath(caller.db, scope),
  ]);
  const storage = openStorage({ id: scope.project_id, path });
  const file = session ? await storage.open(session.key).catch(nullWhereGone) : null;
  if (file) return file;
  if (session?.removed_at) throw removedBy("The session's transcript", toIso(session.removed_at));
  throw new AppError(
    "NOT_FOUND",
    `The session has no transcript, or its file is gone from the server. ${WHY_GONE}`,
  );
}
