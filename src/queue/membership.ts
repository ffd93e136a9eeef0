import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { hostIdentity } from "../lib/host";
import { newId } from "../lib/ids";
import { logger } from "../lib/logger";
import { isAlive } from "../lib/process-tree";
import { type Orphan, takeOver, unlockPools } from "./takeover";

/** Milliseconds after its last heartbeat when a worker is taken over. It beats every second. */
const LEASE_MS = 3_500;
const BEAT_GAP_MS = 2_000;

/** Ids of workers in this process, so that a reused process id is not taken for one of them. */
const ownIds = new Set<string>();

export interface MembershipOptions {
  /** Peers removed our row: claims under the old id are void. */
  onLost(): void;
  /** Runs of dead workers that were queued again. */
  onOrphans(orphans: Orphan[]): void;
}

interface Peer extends Record<string, unknown> {
  id: string;
  host: string;
  pid: number;
  late: boolean;
}

/** This process as a member of the workers: its row, its heartbeat, and its checks of peers. */
export class Membership {
  readonly host = hostIdentity();
  private currentId = newId();
  private poolId = "";
  private draining = false;
  private joined = false;
  private peerCount = 0;
  /** Since when our own beats came in time. After an outage of the database everybody's are late. */
  private steadySince = 0;
  private lastBeat = 0;

  constructor(
    private readonly db: Db,
    private readonly options: MembershipOptions,
  ) {}

  get id(): string {
    return this.currentId;
  }

  /** Whether there was another worker at the last beat, who could take over our runs. */
  get hasPeers(): boolean {
    return this.peerCount > 0;
  }

  /** Sets the id of this process's queue pool, also in its row, and unlocks the jobs of an earlier pool. */
  async setPool(pool_id: string): Promise<void> {
    const before = this.poolId;
    this.poolId = pool_id;
    if (!this.joined) return;
    await this.db.execute(sql`update workers set pool_id = ${pool_id} where id = ${this.currentId}`);
    if (before) await unlockPools(this.db, [before]);
  }

  async join(): Promise<void> {
    ownIds.add(this.currentId);
    await this.db.execute(sql`
      insert into workers (id, host, pid, pool_id, draining)
      values (${this.currentId}, ${this.host}, ${process.pid}, ${this.poolId}, ${this.draining})`);
    this.joined = true;
  }

  /** Beats once and takes over dead peers. Call it every second. Throws while the database is away. */
  async beat(): Promise<void> {
    const { rows: peers } = await this.db.execute<Peer>(sql`
      with own as (
        update workers set heartbeat_at = clock_timestamp(), pool_id = ${this.poolId} where id = ${this.currentId}
      )
      select id, host, pid,
             heartbeat_at < clock_timestamp() - ${LEASE_MS} * interval '1 millisecond' as late
      from workers`);
    const now = Date.now();
    if (now - this.lastBeat > BEAT_GAP_MS) this.steadySince = now;
    this.lastBeat = now;
    if (!peers.some((peer) => peer.id === this.currentId)) {
      if (this.joined) await this.rejoin();
      return;
    }
    await this.judge(peers, now - this.steadySince >= LEASE_MS);
  }

  async drain(): Promise<void> {
    this.draining = true;
    await this.db.execute(sql`update workers set draining = true where id = ${this.currentId}`);
  }

  /** Removes the row, as peers do with a dead worker: unlocks its jobs and queues the runs that it still holds. */
  async leave(): Promise<void> {
    this.joined = false;
    await takeOver(this.db, [this.currentId], [this.currentId], LEASE_MS);
    ownIds.delete(this.currentId);
  }

  private async rejoin(): Promise<void> {
    logger.warn({ worker_id: this.currentId }, "this worker was taken for dead; it goes on under a new id");
    this.options.onLost();
    ownIds.delete(this.currentId);
    this.currentId = newId();
    await this.join();
  }

  private async judge(peers: Peer[], steady: boolean): Promise<void> {
    const others = peers.filter((peer) => peer.id !== this.currentId && !ownIds.has(peer.id));
    this.peerCount = others.length;
    const gone = others
      .filter((peer) => peer.host === this.host && !this.isProcess(peer))
      .map(({ id }) => id);
    const late = steady ? others.filter((peer) => peer.late).map(({ id }) => id) : [];
    const suspects = [...new Set([...gone, ...late])];
    if (suspects.length === 0) return;
    const orphans = await takeOver(this.db, suspects, gone, LEASE_MS);
    logger.warn(
      { workers: suspects, runs: orphans.map((orphan) => orphan.run_id) },
      "took over dead workers",
    );
    this.options.onOrphans(orphans);
  }

  /** A row with our own process id that is not ours is from an earlier process. */
  private isProcess(peer: Peer): boolean {
    return peer.pid !== process.pid && isAlive(peer.pid);
  }
}
