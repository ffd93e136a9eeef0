import { describe, expect, it } from "vitest";
import { givingWay, noteRequest } from "./give-way";

async function* pieces(count: number) {
  for (let n = 0; n < count; n++) yield Buffer.alloc(256 * 1024, n);
}

/** Pauses that a transfer of 20 pieces made, counted by what else the process got to do. */
async function turns(ask: boolean): Promise<number> {
  let count = 0;
  let running = true;
  const beside = (async () => {
    while (running) {
      if (ask) noteRequest();
      await new Promise((resolve) => setTimeout(resolve, 1));
      count++;
    }
  })();
  let bytes = 0;
  for await (const piece of givingWay(pieces(20))) bytes += piece.byteLength;
  running = false;
  await beside;
  expect(bytes).toBe(20 * 256 * 1024);
  return count;
}

describe("givingWay", () => {
  it("lets others work between the pieces while they ask, and hurries while nobody does", async () => {
    expect(await turns(false)).toBeLessThanOrEqual(3);
    expect(await turns(true)).toBeGreaterThanOrEqual(15);
  });
});
