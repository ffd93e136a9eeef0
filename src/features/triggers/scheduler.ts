import { and, asc, isNull, lte, sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { workflowDefinitions } from "../../db/schema/definitions";
import { workflowTriggerDeliveries, workflowTriggers } from "../../db/schema/triggers";
import { logger } from "../../lib/logger";
import { fireSchedule } from "./commands/fire-schedule";
import { mendNextRuns } from "./mend-next-runs";
import { selectProjectTriggers } from "./queries";
import { switchOffOwnerless } from "./switch-off-ownerless";

const LOOK_MS = 1_000;
const SWEEP_MS = 60 * 60_000;
const MEND_MS = 60_000;

/**
 * Fires due schedules of all projects by the database's clock, switches off triggers of disabled people, and deletes
 * old webhook deliveries. Every web
 * process may run it: each schedule still fires once.
 */
export function startScheduler({ db }: { db: Db }): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  let swept = Number.NEGATIVE_INFINITY;
  let mended = Number.NEGATIVE_INFINITY;
  const look = async () => {
    try {
      await switchOffOwnerless(db);
      await fireDue(db, stopping.signal);
      if (performance.now() - mended > MEND_MS) {
        const count = await mendNextRuns(db);
        if (count > 0) logger.warn({ schedules: count }, "computed times anew that were too far ahead");
        mended = performance.now();
      }
      if (performance.now() - swept > SWEEP_MS) {
        await forgetDeliveries(db);
        swept = performance.now();
      }
      failing = false;
    } catch (error) {
      // Usually the database is away for a moment; due schedules stay due.
      if (!failing) logger.warn({ err: error }, "could not look for schedules that are due; looking again");
      failing = true;
    }
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      work = look();
    }, LOOK_MS);
  };
  let work = look();
  return {
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await work;
    },
  };
}

/** Fires all due schedules. If one fails with an unexpected error, it is retried the next time. */
export async function fireDue(db: Db, signal?: AbortSignal): Promise<void> {
  const due = await selectProjectTriggers(db)
    .where(
      and(
        workflowTriggers.enabled,
        lte(workflowTriggers.next_run_at, sql`now()`),
        isNull(workflowDefinitions.disabled_at),
      ),
    )
    .orderBy(asc(workflowTriggers.next_run_at));
  for (const trigger of due) {
    if (signal?.aborted) return;
    try {
      await fireSchedule(db, trigger);
    } catch (error) {
      logger.error({ err: error, trigger_id: trigger.id }, "a schedule could not be fired; trying again");
    }
  }
}

async function forgetDeliveries(db: Db): Promise<void> {
  await db
    .delete(workflowTriggerDeliveries)
    .where(sql`${workflowTriggerDeliveries.created_at} < now() - interval '3 days'`);
}
