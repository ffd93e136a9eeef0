import type { Db } from "../db/client";
import { logger } from "../lib/logger";
import { enqueueAdvance } from "../queue/enqueue";
import { findLeftOut } from "../queue/turn";

/**
 * The places beyond a worker's own, for projects that have no run at work while others hold all places. What is taken here
 * keeps its job, which finds it taken; so nothing is lost with the process.
 */
export class KeptPlaces {
  private readonly taken = new Set<Promise<void>>();
  private isClosed = false;

  constructor(
    private readonly db: Db,
    private readonly count: number,
    /** All places that the queue fills are taken. */
    private readonly isFull: () => boolean,
    private readonly advance: (run_id: string) => Promise<void>,
  ) {}

  /** Takes a run where all places are held and its project has none. Call it every so often. */
  async look(): Promise<void> {
    if (this.isClosed || this.taken.size >= this.count || !this.isFull()) return;
    const run_id = await findLeftOut(this.db);
    if (run_id === null || this.isClosed) return;
    const work: Promise<void> = this.take(run_id).finally(() => this.taken.delete(work));
    this.taken.add(work);
  }

  /** Takes no more; resolves once what it took is let go. */
  async stop(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.taken);
  }

  private async take(run_id: string): Promise<void> {
    try {
      await this.advance(run_id);
    } catch (error) {
      logger.warn({ err: error, run_id }, "a run beyond the worker's places broke off; it is queued again");
      // Its job may have found it taken, and be gone. The reconciler does so too.
      await enqueueAdvance(this.db, run_id).catch(() => {});
    }
  }
}
