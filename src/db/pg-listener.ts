import { Client, type ClientConfig } from "pg";
import { logger } from "../lib/logger";
import { retry } from "../lib/retry";

interface Subscription {
  onMessage(payload: string): void;
  onListen?: (() => void) | undefined;
}

/** Milliseconds between checks of the connection, and for the answer of a check. */
const PROBE_MS = 5_000;
const ANSWER_MS = 5_000;

/** One connection that listens, and reconnects after an outage, also a silent one. */
export class PgListener {
  private readonly channels = new Map<string, Set<Subscription>>();
  private client: Client | undefined;
  private connecting: Promise<void> | undefined;
  private readonly ending = new AbortController();
  private probe: NodeJS.Timeout | undefined;

  constructor(private readonly config: ClientConfig) {}

  /** Resolves once it listens. `onListen` is called then and after each outage; read missed changes from rows there. */
  async listen(channel: string, onMessage: (payload: string) => void, onListen?: () => void) {
    const subscription: Subscription = { onMessage, onListen };
    const there = this.channels.get(channel);
    if (there) there.add(subscription);
    else this.channels.set(channel, new Set([subscription]));
    try {
      if (!this.client) await this.connect();
      // A connection that is just being opened may lack this channel. Listening twice does no harm.
      await this.client?.query(`listen ${quote(channel)}`);
    } catch (error) {
      this.remove(channel, subscription);
      throw error;
    }
    onListen?.();
    return { unlisten: async () => this.remove(channel, subscription) };
  }

  async end(): Promise<void> {
    this.ending.abort();
    clearTimeout(this.probe);
    await this.connecting?.catch(() => {});
    await this.client?.end().catch(() => {});
  }

  private remove(channel: string, subscription: Subscription): void {
    const left = this.channels.get(channel);
    left?.delete(subscription);
    if (left?.size !== 0) return;
    this.channels.delete(channel);
    this.client?.query(`unlisten ${quote(channel)}`).catch(() => {});
  }

  private connect(): Promise<void> {
    this.connecting ??= this.open().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private async open(): Promise<void> {
    // All its queries are quick; one without an answer closes the connection.
    const client = new Client({ ...this.config, query_timeout: ANSWER_MS });
    client.on("notification", ({ channel, payload = "" }) => {
      for (const { onMessage } of this.channels.get(channel) ?? []) onMessage(payload);
    });
    client.on("error", (error) => logger.debug({ err: error }, "the listening connection was lost"));
    try {
      await client.connect();
      const names = [...this.channels.keys()];
      for (const name of names) await client.query(`listen ${quote(name)}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    client.once("end", () => {
      clearTimeout(this.probe);
      this.client = undefined;
      this.comeBack();
    });
    this.client = client;
    this.probeLater(client);
  }

  /** Checks the connection: one that only listens would not notice a silent outage. */
  private probeLater(client: Client): void {
    this.probe = setTimeout(() => {
      client.query("select 1").then(
        () => {
          if (this.client === client && !this.ending.signal.aborted) this.probeLater(client);
        },
        (error: unknown) => logger.debug({ err: error }, "the listening connection does not answer"),
      );
    }, PROBE_MS);
    this.probe.unref();
  }

  private tellAll(): void {
    for (const subscriptions of this.channels.values()) {
      for (const { onListen } of subscriptions) onListen?.();
    }
  }

  private comeBack(): void {
    const isWorthwhile = () => this.channels.size > 0;
    if (this.ending.signal.aborted || !isWorthwhile()) return;
    const open = async () => {
      if (!this.client) await this.connect();
    };
    retry(open, { isWorthwhile, signal: this.ending.signal, unref: true }).then(
      () => this.tellAll(),
      (error: unknown) => logger.debug({ err: error }, "listens no more"),
    );
  }
}

function quote(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`;
}
