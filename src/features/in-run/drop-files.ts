import { dropSnapshotsOf } from "../../git/keeper";
import { logger } from "../../lib/logger";

/**
 * Lets the snapshots of deleted runs go, behind the commit that deletes their rows. What cannot go takes room and nothing
 * else, so it fails nothing.
 */
export async function dropFiles(project: string, runs: Parameters<typeof dropSnapshotsOf>[1]): Promise<void> {
  await dropSnapshotsOf(project, runs).catch((error: unknown) =>
    logger.warn({ err: error, project, runs: runs.length }, "the snapshots of deleted runs were left"),
  );
}
