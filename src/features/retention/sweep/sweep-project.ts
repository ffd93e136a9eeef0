import { sql } from "drizzle-orm";
import type { Db } from "../../../db/client";
import { logger } from "../../../lib/logger";
import { folderOf } from "../../../lib/stored-folder";
import { limitsOf, type Retention, type RetentionLimits, withDefault } from "../../../model/retention";
import type { Pace } from "./pace";
import { sweepEvents } from "./sweep-events";
import { type SweptFiles, sweepFiles } from "./sweep-files";
import { sweepRuns } from "./sweep-runs";

/** A project, and what it keeps. */
export interface Kept {
  id: string;
  path: string;
  limits: RetentionLimits;
}

/** What a sweep removed. */
export interface Swept extends SweptFiles {
  runs: number;
  events: number;
}

/** Projects of which something goes by age. */
export async function listKept(db: Db): Promise<Kept[]> {
  const { rows } = await db.execute<{
    id: string;
    path: string;
    own: Retention;
    otherwise: Retention | null;
  }>(sql`
    select p.id, p.path, p.retention as own, (select retention from installation) as otherwise
    from projects p order by p.id`);
  return rows
    .map(({ id, path, own, otherwise }) => ({
      id,
      path: folderOf(path),
      limits: limitsOf(withDefault(own, otherwise ?? {})),
    }))
    .filter(({ limits: { keep_last: _, ...ages } }) => Object.values(ages).some((age) => age !== null));
}

/** Removes what a project does not keep any more, and says how much that was. */
export async function sweepProject(db: Db, { id, path, limits }: Kept, pace: Pace): Promise<Swept> {
  const sweep = { db, project: { id, path }, pace };
  const swept = {
    runs: await sweepRuns(sweep, limits),
    ...(await sweepFiles(sweep, limits)),
    events: await sweepEvents(sweep, limits),
  };
  if (Object.values(swept).some((count) => count > 0))
    logger.info({ project_id: id, ...swept }, "retention removed what its project does not keep");
  return swept;
}
