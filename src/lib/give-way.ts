import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds for which a request counts as recent. */
const RECENT_MS = 100;
/** Bytes that a transfer moves before each pause: about 60 MB/s. */
const SHARE_BYTES = 256 * 1024;
const PAUSE_MS = 4;

let askedAt = Number.NEGATIVE_INFINITY;

/** Tells this process's transfers that a request came. */
export function noteRequest(): void {
  askedAt = performance.now();
}

/**
 * A transfer's pieces, with pauses while requests come: they share one thread, and a delayed page is noticed more than
 * a slower file.
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
