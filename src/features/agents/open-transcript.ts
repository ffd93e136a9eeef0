import { eq } from "drizzle-orm";
import { authorizeAgentSession, type Caller } from "../../auth/scope";
import { agentSessions } from "../../db/schema/agents";
import { AppError } from "../../lib/errors";
import { nullWhereGone, WHY_GONE } from "../../storage/null-where-gone";
import { openStorage } from "../../storage/open-storage";
import type { StoredFile } from "../../storage/storage";
import { getProjectPath } from "../projects/queries";

/** The session's stored transcript: JSONL, with its size in bytes. Throws NOT_FOUND when the file is gone. */
export async function openTranscript(caller: Caller, { id }: { id: string }): Promise<StoredFile> {
  const scope = await authorizeAgentSession(caller, id, "project:read");
  const [[session], path] = await Promise.all([
    caller.db
      .select({ key: agentSessions.transcript_path })
      .from(agentSessions)
      .where(eq(agentSessions.id, id)),
    getProjectPath(caller.db, scope),
  ]);
  const storage = openStorage({ id: scope.project_id, path });
  const file = session ? await storage.open(session.key).catch(nullWhereGone) : null;
  if (file) return file;
  throw new AppError(
    "NOT_FOUND",
    `The session has no transcript, or its file is gone from the server. ${WHY_GONE}`,
  );
}
