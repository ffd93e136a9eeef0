import { Pool, type PoolClient } from "pg";
import { logger } from "../lib/logger";

/** The queue's own statements take milliseconds. */
const STATEMENT_MS = 10_000;

type OnConnected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (broken?: unknown) => void,
) => void;

/**
 * Takes a connection back once. graphile-worker gives the one that it listens on back a second time where that is lost
 * while it stops, which pg answers with an error that nobody catches.
 */
class QueuePool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(onConnected: OnConnected): void;
  override connect(onConnected?: OnConnected): Promise<PoolClient> | undefined {
    if (!onConnected) return super.connect();
    super.connect((error, client, release) => {
      let isHeld = true;
      onConnected(error, client, (broken) => {
        if (!isHeld) return;
        isHeld = false;
        release(broken);
      });
    });
  }
}

/** Connections for `concurrency` jobs at a time, for listening and for what is told of jobs that have ended. */
export function createQueuePool(databaseUrl: string, concurrency: number): Pool {
  const pool = new QueuePool({
    connectionString: databaseUrl,
    max: concurrency + 2,
    application_name: "phaseboard queue",
    // What the queue notes of its jobs waits for no disk: where the server loses it, a job is worked on once more,
    // which finds nothing to do. Jobs are added in transactions of ours, which wait.
    options: "-c synchronous_commit=off",
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // A connection that was cut off without a word would keep a job's end unwritten for good.
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 2_000,
    idle_in_transaction_session_timeout: STATEMENT_MS,
  });
  const onLost = (error: Error) => logger.debug({ err: error }, "the queue lost a connection");
  pool.on("error", onLost);
  pool.on("connect", (client) => client.on("error", onLost));
  return pool;
}
