import { Client, Pool, type PoolConfig, type QueryConfig, type QueryResult } from "pg";
import { logger } from "../lib/logger";
import { PgListener } from "./pg-listener";

/** Number of statement texts that are prepared at most. */
const MAX_PREPARED = 500;
const prepared = new Map<string, string>();

/** A pg pool whose connections prepare statements and join writes, with one more connection that listens. */
export class DbPool extends Pool {
  private readonly listener: PgListener;

  constructor(config: PoolConfig) {
    // Pipelining: statements that a transaction sends together cost one round trip. A query without an answer in time
    // closes its connection.
    const pipelined = { ...config, pipeline: true };
    super({ ...pipelined, Client: PreparingClient });
    this.listener = new PgListener(pipelined);
    // Waiting queries get the error themselves; without a listener pg would end the process.
    const onLost = (error: Error) => logger.debug({ err: error }, "a database connection was lost");
    this.on("error", onLost);
    this.on("connect", (client) => client.on("error", onLost));
  }

  /** Resolves once it listens. `onListen` is called then and after each outage; read missed changes from rows there. */
  listen(channel: string, onMessage: (payload: string) => void, onListen?: () => void) {
    return this.listener.listen(channel, onMessage, onListen);
  }

  /** Ends all connections, giving queries in flight `timeout` seconds. */
  async close(timeout: number): Promise<void> {
    await Promise.race([
      Promise.all([this.listener.end(), this.end()]),
      new Promise((resolve) => setTimeout(resolve, timeout * 1_000).unref()),
    ]);
  }
}

/** A connection that prepares each statement with parameters, so that the server parses and plans its text once. */
class PreparingClient extends Client {
  private isGathering = false;

  // One signature for all of pg's, which differ in their results.
  override query(config: string | QueryConfig, ...rest: unknown[]): never {
    this.gather();
    const [values] = rest;
    const statement = Array.isArray(values) && values.length > 0 ? prepare(config) : config;
    const answer: unknown = super.query(statement as QueryConfig, ...(rest as []));
    return (
      textOf(config) === "commit" ? (answer as Promise<QueryResult>).then(refuseUndone) : answer
    ) as never;
  }

  /** Joins all queries of one turn of the event loop into one write, which wakes the server once. */
  private gather(): void {
    if (this.isGathering) return;
    const { stream } = this.connection;
    this.isGathering = true;
    stream.cork();
    process.nextTick(() => {
      this.isGathering = false;
      stream.uncork();
    });
  }
}

const textOf = (config: string | QueryConfig) => (typeof config === "string" ? config : config.text);

function prepare(config: string | QueryConfig): QueryConfig {
  const own = typeof config === "string" ? { text: config } : config;
  const name = own.name ?? nameOf(own.text);
  return name === undefined ? own : { ...own, name };
}

function nameOf(text: string): string | undefined {
  let name = prepared.get(text);
  if (name === undefined && prepared.size < MAX_PREPARED) {
    name = `phaseboard_${prepared.size}`;
    prepared.set(text, name);
  }
  return name;
}

/** A commit after a failed statement rolls back, and the server reports no error. This throws one. */
function refuseUndone(result: QueryResult): QueryResult {
  if (result.command === "ROLLBACK") throw new Error("the transaction had failed and was rolled back");
  return result;
}
