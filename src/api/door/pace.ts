import type { IncomingMessage } from "node:http";

/** In each such time a body brings so much, or comes to its end: 8.5 KB/s, as the slowest of lines have. */
export const PACE_MS = 30_000;
const PACE_BYTES = 256 * 1024;
const LOOK_MS = 5_000;

interface Watched {
  since: number;
  bytes: number;
  tooSlow: () => void;
}

/** Looks after the bodies that are on their way: who sends slower than anybody's line is, holds a place for nothing. */
export class Pace {
  private readonly bodies = new Map<IncomingMessage, Watched>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ms = PACE_MS,
    private readonly now = () => performance.now(),
  ) {}

  /** Calls `tooSlow` once the request's body falls behind. */
  watch(incoming: IncomingMessage, tooSlow: () => void): void {
    this.bodies.set(incoming, { since: this.now(), bytes: incoming.socket.bytesRead, tooSlow });
    incoming.once("close", () => this.forget(incoming));
    this.timer ??= setInterval(() => this.look(), Math.min(LOOK_MS, this.ms)).unref();
  }

  private look(): void {
    const now = this.now();
    for (const [incoming, watched] of this.bodies) {
      if (incoming.complete) this.forget(incoming);
      else if (now - watched.since >= this.ms) this.judge(incoming, watched, now);
    }
  }

  private judge(incoming: IncomingMessage, watched: Watched, now: number): void {
    const { bytesRead } = incoming.socket;
    // What lies here untaken says that we are slow, not the sender.
    if (bytesRead - watched.bytes >= PACE_BYTES || incoming.readableLength > 0) {
      watched.since = now;
      watched.bytes = bytesRead;
      return;
    }
    this.forget(incoming);
    watched.tooSlow();
  }

  private forget(incoming: IncomingMessage): void {
    this.bodies.delete(incoming);
    if (this.bodies.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
