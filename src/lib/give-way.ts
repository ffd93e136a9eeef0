import { setTimeout as sleep } from "node:timers/promises";

/** Requests this close together count as somebody at work. */
const RECENT_MS = 100;
/** A transfer then moves so much and pauses so long: some 60 MB/s. */
const SHARE_BYTES = 256 * 1024;
const PAUSE_MS = 4;

let askedAt = Number.NEGATIVE_INFINITY;

/** Tells the transfers of this process that somebody asks for something. */
export function noteRequest(): void {
  askedAt = performance.now();
}

/**
 * A transfer's pieces as they come, with pauses while requests are asked beside it: one thread serves both, and
 * a file that takes a little longer is noticed less than a page that does.
 */
export async function* givingWay(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let moved = 0;
  for await (const piece of pieces) {
    moved += piece.byteLength;
    if (moved >= SHARE_BYTES) {
      moved = 0;
      if (performance.now() - askedAt < RECENT_MS) await sleep(PAUSE_MS);
    }
    yield piece;
  }
}
