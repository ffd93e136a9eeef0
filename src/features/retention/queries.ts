import { sql } from "drizzle-orm";
import { authorizeAdministrator, authorizeProject, type Caller } from "../../auth/scope";
import type { ReadDb } from "../../db/client";
import { AppError } from "../../lib/errors";
import { limitsOf, type Retention, withDefault } from "../../model/retention";
import { readInstallation } from "../installation/queries";
import { countDue } from "./count-due";
import type { PreviewAllInput, PreviewInput, RetentionInfo, RetentionPreview } from "./schema";

/** What a project keeps, and who says so. */
export async function getRetention(caller: Caller, { id }: { id: string }): Promise<RetentionInfo> {
  await authorizeProject(caller, id, "project:read");
  const [own, { retention: installation }] = await Promise.all([
    readOwn(caller.db, id),
    readInstallation(caller.db),
  ]);
  return { own, installation, effective: withDefault(own, installation) };
}

/** What would go of a project if this were its own retention. */
export async function previewRetention(
  caller: Caller,
  { id, ...own }: PreviewInput,
): Promise<RetentionPreview> {
  await authorizeProject(caller, id, "project:write");
  const { retention } = await readInstallation(caller.db);
  return countDue(caller.db, id, limitsOf(withDefault(own, retention)));
}

/** What would go of all projects together if this were the installation's retention. */
export async function previewInstallation(
  caller: Caller,
  retention: PreviewAllInput,
): Promise<RetentionPreview> {
  authorizeAdministrator(caller);
  return previewAll(caller.db, retention);
}

/** As `previewInstallation`, without a look at rights. One project after the other, so that none waits for memory. */
export async function previewAll(db: ReadDb, retention: Retention): Promise<RetentionPreview> {
  const { rows } = await db.execute<{ id: string; own: Retention }>(
    sql`select id, retention as own from projects order by id`,
  );
  const all = { runs: 0, logs: 0, artifacts: 0, events: 0, bytes: 0, uncounted: 0 };
  for (const { id, own } of rows) {
    const one = await countDue(db, id, limitsOf(withDefault(own, retention)));
    for (const key of Object.keys(all) as (keyof RetentionPreview)[]) all[key] += one[key];
  }
  return all;
}

async function readOwn(db: ReadDb, id: string): Promise<Retention> {
  const { rows } = await db.execute<{ own: Retention }>(
    sql`select retention as own from projects where id = ${id}`,
  );
  if (!rows[0]) throw new AppError("NOT_FOUND", "There is no such project.");
  return rows[0].own;
}
