import { Client, Pool, type PoolConfig, type QueryConfig, type QueryResult } from "pg";
import { logger } from "../lib/logger";
import { PgListener } from "./pg-listener";

/** Texts beyond this many are not prepared. */
const MAX_PREPARED = 500;
const prepared = new Map<string, string>();

/** A pool of pg whose connections prepare and gather what they are given, and one more that listens. */
export class DbPool extends Pool {
  private readonly listener: PgListener;

  constructor(config: PoolConfig) {
    // Pipelined: statements that a transaction sends together cost one round trip, and a connection whose query gets no
    // answer in time is closed.
    const pipelined = { ...config, pipeline: true };
    super({ ...pipelined, Client: PreparingClient });
    this.listener = new PgListener(pipelined);
    // Whoever waits for a query is told by that; without a listener pg would end the process.
    const onLost = (error: Error) => logger.debug({ err: error }, "a database connection was lost");
    this.on("error", onLost);
    this.on("connect", (client) => client.on("error", onLost));
  }

  /**
   * Resolves once it listens. `onListen` is called then and after each outage: what was missed meanwhile has to be read
   * from rows.
   */
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

/** A connection that has the server parse and plan a statement with parameters once, whoever sends it. */
class PreparingClient extends Client {
  private isGathering = false;

  // Stands for all of pg's signatures, which differ in what they return.
  override query(config: string | QueryConfig, ...rest: unknown[]): never {
    this.gather();
    const [values] = rest;
    const statement = Array.isArray(values) && values.length > 0 ? prepare(config) : config;
    const answer: unknown = super.query(statement as QueryConfig, ...(rest as []));
    return (
      textOf(config) === "commit" ? (answer as Promise<QueryResult>).then(refuseUndone) : answer
    ) as never;
  }

  /** Has what is sent in one turn of the event loop leave in one write, so that it wakes the server once. */
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

/** The server answers the commit of a transaction in which a statement has failed without an error. */
function refuseUndone(result: QueryResult): QueryResult {
  if (result.command === "ROLLBACK") throw new Error("the transaction had failed and was rolled back");
  return result;
}
