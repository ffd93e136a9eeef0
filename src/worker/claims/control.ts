import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { CHANNELS } from "../../events/wake";
import { logger } from "../../lib/logger";
import { retry } from "../../lib/retry";
import type { RunStatus } from "../../model/states";
import { enqueueAdvance } from "../../queue/enqueue";
import type { Claims } from "./claims";

interface ClaimedRow extends Record<string, unknown> {
  id: string;
  status: RunStatus;
  epoch: number;
  claimed_by: string | null;
  /** A message waits for which an agent of the run is to be interrupted. */
  has_interrupt: boolean;
}

/** Stops the work of this process on runs whose rows say that the claim is lost or the run cancelled. */
export class Control {
  /** Claims in this worker's name that this process does not hold, as of the last look: run id to epoch. */
  private unheld = new Map<string, number>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private looking: Promise<void> | null = null;
  private again = false;

  constructor(
    private readonly db: Db,
    private readonly claims: Claims,
    private readonly workerId: () => string,
  ) {}

  /** Compares all claims with their rows. Calls during a look share one more look after it. */
  look(): Promise<void> {
    if (this.looking) {
      this.again = true;
      return this.looking;
    }
    this.looking = this.lookOnce().finally(() => {
      this.looking = null;
      if (!this.again) return;
      this.again = false;
      this.look().catch(() => {});
    });
    return this.looking;
  }

  /** Calls `listener` when the run is said to have changed. Call the result to stop. */
  readonly onNews = (runId: string, listener: () => void): (() => void) => {
    const of = this.listeners.get(runId) ?? new Set();
    this.listeners.set(runId, of.add(listener));
    return () => {
      of.delete(listener);
      if (of.size === 0) this.listeners.delete(runId);
    };
  };

  /**
   * Looks at once when a run of this worker is said to have changed. The listener reconnects by itself after an outage.
   */
  async listen(signal: AbortSignal): Promise<void> {
    const lookQuietly = () => void this.look().catch(() => {});
    const onMessage = (payload: string) => {
      const ids = payload.split(",");
      for (const id of ids) this.tell(id);
      if (ids.some((id) => this.claims.has(id))) lookQuietly();
    };
    const isWorthwhile = (error: unknown) => {
      logger.debug({ err: error }, "cannot listen yet");
      return true;
    };
    await retry(() => this.db.$client.listen(CHANNELS.control, onMessage, lookQuietly), {
      isWorthwhile,
      signal,
    }).catch(() => {});
  }

  private async lookOnce(): Promise<void> {
    const worker_id = this.workerId();
    const held = this.claims.list();
    const ids = held.map((claim) => claim.run.id);
    const { rows } = await this.db.execute<ClaimedRow>(sql`
      select id, status, epoch, claimed_by, exists (
        select 1 from agent_messages m
        where m.workflow_run_id = workflow_runs.id and m.status = 'queued' and m.interrupt) as has_interrupt
      from workflow_runs
      where claimed_by = ${worker_id} ${ids.length > 0 ? sql`or id in ${ids}` : sql``}`);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const claim of held) {
      const row = byId.get(claim.run.id);
      // Its wake-up may have been lost.
      if (row?.has_interrupt) this.tell(claim.run.id);
      // A row with an older epoch was read before the claim was made.
      if (row && row.epoch < claim.epoch) continue;
      if (!row || row.epoch > claim.epoch || row.claimed_by !== claim.worker_id) {
        this.stopSame(claim.run.id, claim.epoch, "lost");
      } else if (row.status !== "running" && row.status !== "paused") {
        this.stopSame(claim.run.id, claim.epoch, "cancelled");
      }
    }
    await this.freeUnheld(rows.filter((row) => row.claimed_by === worker_id && !this.claims.has(row.id)));
  }

  private tell(runId: string): void {
    for (const listener of this.listeners.get(runId) ?? []) listener();
  }

  private stopSame(runId: string, epoch: number, reason: "lost" | "cancelled"): void {
    if (this.claims.get(runId)?.epoch === epoch) this.claims.stop(runId, reason);
  }

  /** Frees claims that this process did not hold in two looks in a row: their release was lost. */
  private async freeUnheld(rows: ClaimedRow[]): Promise<void> {
    const before = this.unheld;
    this.unheld = new Map(rows.map((row) => [row.id, row.epoch]));
    for (const { id, epoch, claimed_by } of rows) {
      if (before.get(id) !== epoch) continue;
      await this.db.transaction(async (tx) => {
        const [freed] = (
          await tx.execute<{ priority: number }>(sql`
          update workflow_runs set claimed_by = null, updated_at = now()
          where id = ${id} and epoch = ${epoch} and claimed_by = ${claimed_by} returning priority`)
        ).rows;
        if (freed) await enqueueAdvance(tx, id, freed);
      });
    }
  }
}
