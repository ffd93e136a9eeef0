import { EventEmitter } from "node:events";
import { type Runner, type RunnerOptions, run } from "graphile-worker";
import type { Pool } from "pg";
import { z } from "zod";
import { logger } from "../lib/logger";
import { graphileLogger } from "./graphile-logger";
import { createQueuePool } from "./queue-pool";

const OfRun = z.object({ run_id: z.string() });

/** The handler of each kind of job. If one throws, its job is tried again later, with back-off. */
export interface QueueHandlers {
  advance(payload: z.infer<typeof OfRun>): Promise<void>;
  file_logs(payload: z.infer<typeof OfRun>): Promise<void>;
}

export interface QueueOptions {
  databaseUrl: string;
  /** Number of jobs at a time. */
  concurrency: number;
  handlers: QueueHandlers;
  /** Called before the first job with the id under which this process locks jobs; peers unlock by it. */
  onPool(pool_id: string): void;
}

export interface Queue {
  /** Takes no more jobs; resolves once the current ones have ended. */
  stop(): Promise<void>;
}

const RESTART_MS = 1_000;

/**
 * Takes jobs from the queue until `stop`. If graphile-worker cannot write a job's end, it gives up for good and may
 * hang. It is then abandoned and a new runner started, so that an outage never stops a worker.
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
        // A runner that was asked to stop says so as a fault.
        if (!stopping) logger.warn({ err: error }, "the queue stopped; it is started again");
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

/** A runner of graphile-worker, with the id under which it locks jobs. */
interface Taker {
  runner: Runner;
  poolId(): string | null;
  /** Rejects once the runner has given up. */
  failed: Promise<never>;
}

async function startTaker(pool: Pool, { concurrency, handlers, onPool }: QueueOptions): Promise<Taker> {
  const events = new EventEmitter() as NonNullable<RunnerOptions["events"]>;
  let poolId: string | null = null;
  events.on("pool:create", ({ workerPool }) => {
    poolId = workerPool.id;
    onPool(workerPool.id);
  });
  // A runner that shuts down waits for its current jobs, which may take hours. So it counts as failed at once.
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
    // Batches of one tick, since graphile-worker retries only batched writes while the database is away.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  runner.promise.catch(() => {});
  return { runner, poolId: () => poolId, failed };
}

/** Unlocks the jobs of a failed runner for others. Those still in work hold claims of their runs. */
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
