import { setTimeout as sleep } from "node:timers/promises";
import { isNoRoom } from "../db/fault-codes";
import { isLow, roomOf } from "../lib/room";

/** Milliseconds between two tries. */
const PAUSE_MS = 2_000;
const WAITS = "The disk has no room for this. It waits until there is some, and goes on by itself.";

interface Wait {
  /** Told once, where it has to wait. */
  say(text: string): void;
  /** Asked before each pause; the last error is thrown once it is true. */
  isOver(): boolean;
}

/** Does `work`, and does it again as long as a disk has no room for it. */
export async function untilRoom<T>(work: () => Promise<T>, { say, isOver }: Wait): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isNoRoom(error) || (tries > 0 && isOver())) throw error;
      if (tries === 0) say(WAITS);
      await sleep(PAUSE_MS);
    }
  }
}

/** Throws ENOSPC where the disk of this folder is below its low-water mark. */
export async function requireRoom(folder: string): Promise<void> {
  const room = await roomOf(folder);
  if (room && isLow(room)) throw Object.assign(new Error("the disk is nearly full"), { code: "ENOSPC" });
}
