import { Client, type ClientConfig } from "pg";
import { logger } from "../lib/logger";

interface Subscription {
  onMessage(payload: string): void;
  onListen?: (() => void) | undefined;
}

const MAX_BACKOFF_MS = 2_000;

/** One connection that listens, and comes back by itself. */
export class PgListener {
  private readonly channels = new Map<string, Set<Subscription>>();
  private client: Client | undefined;
  private connecting: Promise<void> | undefined;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly config: ClientConfig) {}

  /**
   * Resolves once it listens. `onListen` is called then and after each outage: what was missed meanwhile has
   * to be read from rows.
   */
  async listen(channel: string, onMessage: (payload: string) => void, onListen?: () => void) {
    const subscription: Subscription = { onMessage, onListen };
    const there = this.channels.get(channel);
    if (there) there.add(subscription);
    else this.channels.set(channel, new Set([subscription]));
    try {
      if (!this.client) await this.connect();
      // A connection that was being opened meanwhile may not know this channel; twice does no harm.
      await this.client?.query(`listen ${quote(channel)}`);
    } catch (error) {
      this.remove(channel, subscription);
      throw error;
    }
    onListen?.();
    return { unlisten: async () => this.remove(channel, subscription) };
  }

  async end(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
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
    const client = new Client(this.config);
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
      this.client = undefined;
      this.comeBack(0);
    });
    this.client = client;
  }

  private tellAll(): void {
    for (const subscriptions of this.channels.values()) {
      for (const { onListen } of subscriptions) onListen?.();
    }
  }

  private comeBack(tries: number): void {
    if (this.ended || this.channels.size === 0) return;
    const wait = Math.min(MAX_BACKOFF_MS, 50 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);
    this.timer = setTimeout(() => {
      if (this.client) return;
      this.connect().then(
        () => this.tellAll(),
        () => this.comeBack(tries + 1),
      );
    }, wait);
    this.timer.unref();
  }
}

function quote(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`;
}
