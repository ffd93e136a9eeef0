import { and, desc, eq, isNull } from "drizzle-orm";
import { authorizeArtifact, type Caller } from "../../../auth/scope";
import type { ReadDb } from "../../../db/client";
import { workflowArtifacts } from "../../../db/schema/comments";
import { users } from "../../../db/schema/users";
import { AppError } from "../../../lib/errors";
import { unseal } from "../../../lib/seal";
import { type ReadableArtifact, readArtifact } from "../open-artifact";
import { getArtifactRow } from "../queries";
import { PURPOSE, type SealedLink } from "./link-report";

/**
 * A file of a report: the page that the link is for, or an artifact of the same step, by its name. Throws NOT_FOUND, also
 * where the link has ended, and FORBIDDEN where its person may not read any more.
 */
export async function openReportFile(
  { db, secret }: { db: ReadDb; secret: string },
  sealed: string,
  name: string,
): Promise<ReadableArtifact> {
  const { artifact_id, user_id } = readLink(secret, sealed);
  const caller: Caller = { db, actor: await personOf(db, user_id) };
  await authorizeArtifact(caller, artifact_id, "project:read");
  const page = await getArtifactRow(db, artifact_id);
  if (page.name === name) return readArtifact(caller, artifact_id);
  const [asset] = await db
    .select({ id: workflowArtifacts.id })
    .from(workflowArtifacts)
    .where(
      and(
        eq(workflowArtifacts.workflow_run_step_id, page.workflow_run_step_id),
        eq(workflowArtifacts.name, name),
        isNull(workflowArtifacts.removed_at),
      ),
    )
    .orderBy(desc(workflowArtifacts.created_at))
    .limit(1);
  if (!asset) throw new AppError("NOT_FOUND", "The step of this report has no artifact of this name.");
  return readArtifact(caller, asset.id);
}

function readLink(secret: string, sealed: string): SealedLink {
  const link = unsealed(secret, sealed);
  if (!link || link.until < Date.now()) {
    throw new AppError("NOT_FOUND", "This link to a report has ended. Open the report from its run again.");
  }
  return link;
}

function unsealed(secret: string, sealed: string): SealedLink | null {
  try {
    return JSON.parse(unseal(secret, PURPOSE, Buffer.from(sealed, "base64url"))) as SealedLink;
  } catch {
    return null;
  }
}

async function personOf(db: ReadDb, user_id: string): Promise<Caller["actor"]> {
  const [user] = await db
    .select()
    .from(users)
    .where(and(eq(users.id, user_id), isNull(users.disabled_at)));
  if (!user) throw new AppError("FORBIDDEN", "The account for which this link was made is gone or disabled.");
  const { name, email, is_admin } = user;
  return { type: "user", user_id, name, email, is_admin, session_id: null };
}
