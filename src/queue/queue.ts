import { EventEmitter } from "node:events";
import { type Runner, type RunnerOptions, run } from "graphile-worker";
import type { Pool } from "pg";
import { z } from "zod";
import { logger } from "../lib/logger";
import { graphileLogger } from "./graphile-logger";
import { createQueuePool } from "./queue-pool";

const OfRun = z.object({ run_id: z.string() });

/** What to do for each kind of job. Each throws to have the job tried again later, with back-off. */
export interface QueueHandlers {
  advance(payload: z.infer<typeof OfRun>): Promise<void>;
  file_logs(payload: z.infer<typeof OfRun>): Promise<void>;
}

export interface QueueOptions {
  databaseUrl: string;
  /** Jobs at a time. */
  concurrency: number;
  handlers: QueueHandlers;
  /** Told the id under which this process locks jobs, ahead of the first; peers unlock by it. */
  onPool(pool_id: string): void;
}

export interface Queue {
  /** Takes no more jobs; resolves once those in progress have ended. */
  stop(): Promise<void>;
}

const RESTART_MS = 1_000;

/**
 * Takes jobs from the queue until stopped. graphile-worker gives up for good where it could not write a job's
 * end, and may not even end itself then; it is left behind and one is started anew, so a database that was
 * away never stops a worker.
 */
export function startQueue(options: QueueOptions): Queue {
  const pool = createQueuePool(options.databaseUrl, options.concurrency);
  let stopping = false;
  let current: Taker | null = null;
  let wake = () => {};
  const pause = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, RESTART_MS);
    });
  const supervise = async () => {
    while (!stopping) {
      try {
        current = await startTaker(pool, options);
        if (stopping) await stopRunner(current.runner);
        await Promise.race([current.runner.promise, current.failed]);
      } catch (error) {
        logger.warn({ err: error }, "the queue stopped; it is started again");
      }
      if (stopping) break;
      if (current) await leaveBehind(pool, current, () => stopping, pause);
      current = null;
      await pause();
    }
  };
  const ended = supervise();

  return {
    async stop() {
      stopping = true;
      wake();
      if (current) await stopRunner(current.runner);
      await ended;
      await pool.end();
    },
  };
}

/** One runner of graphile-worker, and the id under which it locks jobs. */
interface Taker {
  runner: Runner;
  poolId(): string | null;
  /** Rejects once it can go on no more. */
  failed: Promise<never>;
}

async function startTaker(pool: Pool, { concurrency, handlers, onPool }: QueueOptions): Promise<Taker> {
  const events = new EventEmitter() as NonNullable<RunnerOptions["events"]>;
  let poolId: string | null = null;
  events.on("pool:create", ({ workerPool }) => {
    poolId = workerPool.id;
    onPool(workerPool.id);
  });
  // A runner that shuts itself down takes no more jobs, but waits for those in progress, which may take hours.
  const failed = new Promise<never>((_, reject) => {
    events.once("pool:fatalError", ({ error }) => reject(error));
    events.once("pool:gracefulShutdown", ({ message }) => reject(new Error(message)));
  });
  failed.catch(() => {});
  const runner = await run({
    pgPool: pool,
    concurrency,
    noHandleSignals: true,
    logger: graphileLogger,
    events,
    pollInterval: 2_000,
    parsedCronItems: [],
    taskList: {
      advance: (payload) => handlers.advance(OfRun.parse(payload)),
      file_logs: (payload) => handlers.file_logs(OfRun.parse(payload)),
    },
    // Batches of one tick: their writes are retried while the database is away, single ones reject unheard.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  runner.promise.catch(() => {});
  return { runner, poolId: () => poolId, failed };
}

/** Hands the jobs that a failed runner has locked to whoever comes; what it works on is claimed by its run. */
async function leaveBehind(
  pool: Pool,
  taker: Taker,
  isStopping: () => boolean,
  pause: () => Promise<void>,
): Promise<void> {
  void stopRunner(taker.runner);
  while (!isStopping()) {
    try {
      await pool.query("select graphile_worker.force_unlock_workers($1::text[])", [[taker.poolId()]]);
      return;
    } catch (error) {
      logger.debug({ err: error }, "jobs of a stopped queue could not be unlocked yet");
      await pause();
    }
  }
}

async function stopRunner(runner: Runner): Promise<void> {
  await runner
    .stop()
    .catch((error: unknown) => logger.debug({ err: error }, "the queue was stopping already"));
}
