import type { Db } from "../../db/client";
import { logger } from "../../lib/logger";
import { enqueueAdvance } from "../../queue/enqueue";
import { findLeftOut } from "../../queue/turn";

/**
 * Extra places of a worker for projects without a run at work, while other projects hold all places. A run that is
 * taken here keeps its job in the queue, so nothing is lost if this process dies.
 */
export class KeptPlaces {
  private readonly taken = new Set<Promise<void>>();
  private isClosed = false;

  constructor(
    private readonly db: Db,
    private readonly count: number,
    /** Whether the queue's jobs fill all of the worker's places. */
    private readonly isFull: () => boolean,
    private readonly advance: (run_id: string) => Promise<void>,
  ) {}

  /** Takes a run of a project that has none at work, if all places are full. Call it regularly. */
  async look(): Promise<void> {
    if (this.isClosed || this.taken.size >= this.count || !this.isFull()) return;
    const run_id = await findLeftOut(this.db);
    if (run_id === null || this.isClosed) return;
    const work: Promise<void> = this.take(run_id).finally(() => this.taken.delete(work));
    this.taken.add(work);
  }

  /** Takes no more runs; resolves once those taken are given up. */
  async stop(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.taken);
  }

  private async take(run_id: string): Promise<void> {
    try {
      await this.advance(run_id);
    } catch (error) {
      logger.warn({ err: error, run_id }, "a run beyond the worker's places broke off; it is queued again");
      // The run's own job may have been dropped as busy. If this fails too, the reconciler queues the run.
      await enqueueAdvance(this.db, run_id).catch(() => {});
    }
  }
}
