import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../../../db/client";
import { type Duty, leadOne } from "../../../db/leader";
import { freeSnapshots } from "../../../git/keeper";
import { logger } from "../../../lib/logger";
import { Pace } from "./pace";
import { sweepLeftOvers } from "./sweep-left-overs";
import { type Kept, listKept, sweepProject } from "./sweep-project";

/** How often it is looked whether somebody has changed a retention. */
const LOOK_MS = 10_000;
/** Time between two sweeps of a project. */
const EVERY_MS = 60 * 60_000;

/** A repository of many snapshots takes minutes to be packed. */
const FREE_MS = 24 * 60 * 60_000;
const LEFT_OVERS_MS = 6 * 60 * 60_000;

/**
 * Sweeps all projects, in one process of the installation at a time. What was removed is committed batch by batch, so one
 * that is killed goes on where it was. It is no job of the queue, where it would take a run's place for hours.
 */
export function startRetention(db: Db): Duty {
  return leadOne(db, "retention", async () => {
    const stop = new AbortController();
    const done = sweepUntil(db, stop.signal);
    return {
      async stop() {
        stop.abort();
        await done;
      },
    };
  });
}

const free = ({ id, path }: Kept) =>
  freeSnapshots(path).catch((error: unknown) =>
    logger.debug({ err: error, project_id: id }, "the room of removed snapshots was not freed"),
  );

async function sweepUntil(db: Db, stop: AbortSignal): Promise<void> {
  const pace = new Pace(stop);
  /** When the room of each project's snapshots was freed. */
  const freed = new Map<string, number>();
  let leftOversAt = Number.NEGATIVE_INFINITY;
  /** When each project was swept, and by which limits. */
  const swept = new Map<string, { at: number; limits: string }>();
  while (!stop.aborted) {
    try {
      for (const project of await listKept(db)) {
        if (stop.aborted) break;
        const limits = JSON.stringify(project.limits);
        const last = swept.get(project.id);
        if (last?.limits === limits && Date.now() - last.at < EVERY_MS) continue;
        // One that cannot be swept is tried again with all; those behind it do not wait for it.
        const runs = await sweepProject(db, project, pace).then(
          (gone) => gone.runs,
          (error: unknown) =>
            logger.warn({ err: error, project_id: project.id }, "a project could not be swept"),
        );
        swept.set(project.id, { at: Date.now(), limits });
        if (runs === undefined) continue;
        if (runs > 0 && Date.now() - (freed.get(project.id) ?? 0) >= FREE_MS) {
          freed.set(project.id, Date.now());
          await pace.filesStep(() => free(project));
        }
      }
      if (Date.now() - leftOversAt >= LEFT_OVERS_MS) {
        const gone = await sweepLeftOvers(db, pace);
        leftOversAt = Date.now();
        if (Object.values(gone).some((count) => count > 0))
          logger.info(gone, "removed what nobody uses any more");
      }
    } catch (error) {
      logger.warn({ err: error }, "retention was interrupted; it goes on in a moment");
    }
    await sleep(LOOK_MS, undefined, { signal: stop }).catch(() => {});
  }
}
