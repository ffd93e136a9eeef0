import { join } from "node:path";
import { requireBox } from "../box/find-box";
import { closeDatabase, openDatabase } from "../db/client";
import { isNoRoom } from "../db/fault-codes";
import { refuseNewerSchema } from "../db/migrate";
import { advance } from "../engine/run/executor";
import { startRetention } from "../features/retention/sweep/sweeper";
import { archiveOld } from "../features/runs/archive-old";
import { AppError } from "../lib/errors";
import { newId } from "../lib/ids";
import { logger } from "../lib/logger";
import { endTree, killTreeNow } from "../lib/process-tree";
import { retry } from "../lib/retry";
import { enqueueFileLogs } from "../queue/enqueue";
import { Membership } from "../queue/membership";
import { startQueue } from "../queue/queue";
import { reconcile } from "../queue/reconcile";
import type { Orphan } from "../queue/takeover";
import { addUpRunCounts } from "./add-up-run-counts";
import { createBoxes } from "./boxes";
import { Claims } from "./claims/claims";
import { Control } from "./claims/control";
import { KeptPlaces } from "./claims/kept-places";
import { LeaseWatch } from "./claims/lease-watch";
import { atFailpoints, withCommitPoints } from "./failpoints";
import { indexRuns } from "./index-runs";
import { fileLogs } from "./logs/file-logs";
import { createLogSink } from "./logs/log-sink";
import { createPorts } from "./ports";
import { countRoom } from "./presence/count-room";
import { startGuard } from "./presence/guard";
import { mendRows } from "./presence/mend-rows";
import { noteRoom } from "./presence/note-room";
import { isUnavailable } from "./presence/reach";
import { sweepScratch } from "./presence/scratch-sweep";
import { Strays } from "./presence/strays";
import { processesOf } from "./presence/workspace";
import { Ticker } from "./ticker";
import { sweepCaches } from "./workspace/sweep-caches";
import { sweepWorkspaces } from "./workspace/sweep-workspaces";

export interface WorkerOptions {
  databaseUrl: string;
  /** Number of runs at a time. As many extra places serve projects that would have none. */
  concurrency: number;
  /** Absolute path. */
  dataDir: string;
  /** Milliseconds that running steps may take to end when the worker stops. Default 20 s. */
  drainMs?: number;
  /** Milliseconds between sweeps for left-over rows and folders. Default 60 s. */
  leftoversMs?: number;
  /** Called once a newer version has migrated the database, with a line that says so. Drain the worker then. */
  onOutdated?: (message: string) => void;
}

export interface Worker {
  /** Takes no more runs, lets running steps end or hands them over, and closes all resources. */
  drain(): Promise<void>;
}

const BEAT_MS = 1_000;
const RECONCILE_MS = 5_000;
const KEPT_PLACES_MS = 500;
const SCHEMA_MS = 2_000;
const ROOM_MS = 2_000;
const COUNT_MS = 10_000;
const STRAYS_MS = 15_000;
const LEFTOVERS_MS = 60_000;
const COUNTS_MS = 15_000;
const SEARCH_MS = 1_000;
/** How often runs are archived that their project's rule says have ended long enough ago. */
const ARCHIVE_MS = 60_000;
/** Timeout of a statement: it takes milliseconds, and transactions wait for nothing else. */
const STATEMENT_MS = 10_000;
const IDLE_MS = 5_000;
const DRAIN_MS = 20_000;
/** Milliseconds to end steps that are handed over, even if the database is away. */
const HANDOVER_MS = 10_000;

/** Starts a worker: takes runs from the queue and moves them until drained. */
export async function runWorker(options: WorkerOptions): Promise<Worker> {
  const processKey = newId();
  const box = await requireBox();
  const { leftoversMs = LEFTOVERS_MS } = options;
  const limits = { statementMs: STATEMENT_MS, idleMs: IDLE_MS };
  const db = withCommitPoints(
    openDatabase(options.databaseUrl, { max: options.concurrency + 6, name: "worker", ...limits }),
  );
  const closing = new AbortController();
  const claims = new Claims();
  const ownProcesses = processesOf((mark) => mark.process_key === processKey);
  /**
   * Processes under a held claim. Those of a claim that is still being recorded are not included: no peer runs them.
   */
  const heldProcesses = processesOf(
    (mark) => mark.process_key === processKey && claims.get(mark.run_id)?.epoch === mark.epoch,
  );

  const membership = new Membership(db, {
    onLost: () => claims.stopAll("lost"),
    onOrphans: (orphans) => void endLeftovers(orphans, membership.host),
  });
  const control = new Control(db, claims, () => membership.id);
  const sink = createLogSink(db);
  const guard = startGuard(processKey);
  const scratch = join(options.dataDir, "scratch");
  const workspaces = join(options.dataDir, "workspaces");
  const caches = join(options.dataDir, "caches");
  /** Number of jobs of the queue in work; each has one place. */
  let inHand = 0;
  const isFull = () => inHand >= options.concurrency;
  const boxOf = createBoxes(box, options.dataDir);
  const { dataDir } = options;
  const own = { processKey, dataDir, scratch, workspaces, caches, guard, boxOf, sink };
  const parts = { db, claims, membership, control, ...own };
  const ports = createPorts({ ...parts, isFull });
  const kept = new KeptPlaces(db, options.concurrency, isFull, async (run_id) => {
    const outcome = await advance(run_id, ports);
    logger.debug({ run_id, outcome }, "advanced a run beyond our places");
  });

  const stopOnDisconnect = () => {
    // The supervisor is gone. Peers take over our runs, so their processes must end here.
    killTreeNow(ownProcesses);
    process.exit(1);
  };
  if (process.channel) process.once("disconnect", stopOnDisconnect);

  await untilReachable(async () => {
    await refuseNewerSchema(db);
    await atFailpoints("join", () => membership.join());
  }, closing.signal).catch(async (error: unknown) => {
    process.removeListener("disconnect", stopOnDisconnect);
    guard.release();
    await closeDatabase(db, 2);
    throw error;
  });
  const lease = new LeaseWatch(() => {
    // Without peers nobody else runs the steps, so a slow database is no reason to end them.
    if (!membership.hasPeers) return;
    logger.warn("nothing was heard from the database for the time of a lease; what runs here is ended");
    claims.stopAll("lost");
    killTreeNow(heldProcesses);
  });
  const strays = new Strays(db);
  let isOutdated = false;
  let isLow = false;
  const tickers = [
    new Ticker("heartbeat", BEAT_MS, () =>
      lease.ask(() => atFailpoints("heartbeat", () => membership.beat())),
    ),
    new Ticker("claims", BEAT_MS, () => lease.ask(() => atFailpoints("look", () => control.look()))),
    new Ticker("reconciler", RECONCILE_MS, async () => {
      const queued = await atFailpoints("reconcile", () => reconcile(db));
      if (queued > 0) logger.warn({ queued }, "queued runs that nothing was moving");
    }),
    new Ticker("schema", SCHEMA_MS, async () => {
      const message = await refuseNewerSchema(db).then(() => null, outdated);
      if (message === null || isOutdated) return;
      isOutdated = true;
      options.onOutdated?.(message);
    }),
    new Ticker("room on disks", ROOM_MS, async () => {
      const low = await noteRoom(db, membership.id, dataDir);
      if (low === isLow) return;
      isLow = low;
      if (low) logger.warn("a disk of this server is nearly full: no run starts until there is room");
      else logger.info("there is room on the disk again; runs start");
    }),
    new Ticker("bytes of projects", COUNT_MS, async () => {
      while (!closing.signal.aborted && (await countRoom(db, workspaces)) !== null);
    }),
    new Ticker("stray processes", STRAYS_MS, async () => {
      const ended = await strays.end();
      if (ended > 0) logger.warn({ processes: ended }, "ended what nobody held any more");
    }),
    new Ticker("left-over rows", leftoversMs, async () => {
      const mended = await atFailpoints("mend-rows", () => mendRows(db, membership.id));
      if (mended > 0)
        logger.warn(
          { rows: mended },
          "ended what read running and was over, or waited by a clock that was ahead",
        );
    }),
    new Ticker("left-over folders", leftoversMs, async () => {
      await sweepScratch(db, scratch);
      await sweepCaches(caches);
      const removed = await sweepWorkspaces(db, workspaces);
      if (removed > 0) logger.info({ folders: removed }, "removed folders of ended runs");
    }),
    new Ticker("search for runs", SEARCH_MS, () => indexRuns(db)),
    new Ticker("run counts", COUNTS_MS, () => addUpRunCounts(db)),
    new Ticker("archive", ARCHIVE_MS, async () => {
      const archived = await archiveOld(db, closing.signal);
      if (archived > 0) logger.info({ runs: archived }, "archived runs that ended long enough ago");
    }),
    new Ticker("kept places", KEPT_PLACES_MS, () => kept.look()),
  ];
  void control.listen(closing.signal);
  const retention = startRetention(db);
  const queue = startQueue({
    databaseUrl: options.databaseUrl,
    concurrency: options.concurrency,
    onPool: (pool_id) => {
      membership
        .setPool(pool_id)
        .catch((error: unknown) => logger.debug({ err: error }, "the next beat names it"));
    },
    handlers: {
      async advance({ run_id }) {
        inHand++;
        const outcome = await advance(run_id, ports).finally(() => inHand--);
        logger.debug({ run_id, outcome }, "advanced a run");
        // A job that ends well is deleted, even if it was handed to a peer. An error keeps it.
        if (outcome === "lost") throw new Error(`the claim of run ${run_id} was lost`);
      },
      file_logs: ({ run_id }) =>
        atFailpoints("log.file", () => fileLogs(db, run_id)).catch(async (error: unknown) => {
          if (!isNoRoom(error)) throw error;
          // The queue's own pauses would grow to hours.
          logger.warn({ err: error, run_id }, "logs stay in the database until the disk has room for them");
          await enqueueFileLogs(db, run_id);
        }),
    },
  });
  logger.info({ worker_id: membership.id, concurrency: options.concurrency }, "worker ready");

  let draining: Promise<void> | null = null;
  const drain = async () => {
    claims.drain();
    await within(2_000, membership.drain());
    const handover = setTimeout(() => claims.stopAll("handover"), options.drainMs ?? DRAIN_MS);
    await within((options.drainMs ?? DRAIN_MS) + HANDOVER_MS, Promise.all([queue.stop(), kept.stop()]));
    clearTimeout(handover);
    killTreeNow(ownProcesses);
    await within(
      2_000,
      atFailpoints("leave", () => membership.leave()),
    );
    for (const ticker of tickers) ticker.stop();
    await within(2_000, retention.stop());
    lease.stop();
    closing.abort();
    process.removeListener("disconnect", stopOnDisconnect);
    await closeDatabase(db, 2);
    guard.release();
  };
  return {
    drain() {
      draining ??= drain();
      return draining;
    },
  };
}

/** What the error says of a newer schema; throws any other. */
function outdated(error: unknown): string {
  if (error instanceof AppError) return error.message;
  throw error;
}

/** Ends processes that dead workers on this machine left running. */
async function endLeftovers(orphans: Orphan[], host: string): Promise<void> {
  const epochs = new Map(orphans.filter((orphan) => orphan.host === host).map((o) => [o.run_id, o.epoch]));
  if (epochs.size === 0) return;
  await endTree(
    processesOf((mark) => mark.epoch <= (epochs.get(mark.run_id) ?? -1)),
    { grace_ms: 0 },
  );
}

async function untilReachable(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  await retry(work, {
    isWorthwhile(error, tries) {
      if (!isUnavailable(error) || signal.aborted) return false;
      if (tries === 4) logger.warn({ err: error }, "the database is out of reach; trying until it is back");
      return true;
    },
    signal,
  });
}

/** Waits for `work`, at most `ms` milliseconds. An error is only logged, since the worker is stopping. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch((error: unknown) => logger.debug({ err: error }, "while stopping")), late]);
  clearTimeout(timer);
}
