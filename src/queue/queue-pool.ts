import { Pool, type PoolClient } from "pg";
import { logger } from "../lib/logger";

/** Timeout in milliseconds; the queue's own statements are quick. */
const STATEMENT_MS = 10_000;

type OnConnected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (broken?: unknown) => void,
) => void;

/** Takes a connection back once. graphile-worker, when it stops, may return one twice, and pg throws at that. */
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

/** A pool with connections for `concurrency` jobs, for listening, and for the results of jobs. */
export function createQueuePool(databaseUrl: string, concurrency: number): Pool {
  const pool = new QueuePool({
    connectionString: databaseUrl,
    max: concurrency + 2,
    application_name: "phaseboard queue",
    // The queue's own writes do not wait for the disk. If the server loses one, a job runs again and finds nothing to
    // do. Jobs are added in our transactions, which do wait.
    options: "-c synchronous_commit=off",
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Without a timeout, a silent outage would block the write of a job's end for ever.
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 2_000,
    idle_in_transaction_session_timeout: STATEMENT_MS,
  });
  const onLost = (error: Error) => logger.debug({ err: error }, "the queue lost a connection");
  pool.on("error", onLost);
  pool.on("connect", (client) => client.on("error", onLost));
  return pool;
}
