import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileSize } from "../lib/file-size";
import { logger } from "../lib/logger";
import { isFull, measure, type Room } from "../lib/room";

/*
 * The ballast is a file that only takes room. Once the disk is full it is given up, so that the database goes on and
 * there is room for what makes more: deleting runs writes too.
 */

const MOST_BYTES = 256 * 1024 ** 2;
/** On a small disk it is this part of it. */
const PART = 16;
const LOOK_MS = 1_000;
const PIECE_BYTES = 1024 ** 2;

export const ballastPath = (dataDir: string) => join(dataDir, "ballast");

/** Bytes that the ballast takes on this disk; 0 where there is none. */
export async function ballastBytes(dataDir: string): Promise<number> {
  const facts = await stat(ballastPath(dataDir)).catch(() => null);
  return facts?.isFile() ? facts.blocks * 512 : 0;
}

/** Gives the ballast up; gives the bytes that are free by it. */
export async function releaseBallast(dataDir: string): Promise<number> {
  const bytes = await ballastBytes(dataDir);
  await rm(ballastPath(dataDir), { force: true });
  return bytes;
}

/** Bytes of the ballast on this disk. */
export const ballastSize = ({ total }: Room) => Math.floor(Math.min(MOST_BYTES, total / PART));

/** Keeps a ballast in the data folder while there is room for it, and gives it up once the disk is full. */
export class Ballast {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly dataDir: string,
    private readonly say: (line: string) => void,
  ) {}

  start(): void {
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** Gives it up, and says so. False where there was none. */
  readonly release = async (): Promise<boolean> => {
    const bytes = await releaseBallast(this.dataDir);
    if (bytes === 0) return false;
    this.say(
      `The disk with ${this.dataDir} is full. The ${fileSize(bytes)} that were kept for this (${ballastPath(this.dataDir)}) are given up, so that the database goes on. No run starts until there is room: delete runs, or other files on this disk`,
    );
    return true;
  };

  /** Gives it up where the disk is full, as before a start, which writes too. */
  async makeRoom(): Promise<void> {
    const room = await measure(this.dataDir);
    if (room && isFull(room)) await this.release();
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => {
      this.looking = this.look()
        .catch((error: unknown) => logger.debug({ err: error }, "the ballast"))
        .finally(() => {
          if (!this.stopped) this.schedule(LOOK_MS);
        });
    }, ms);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const room = await measure(this.dataDir);
    if (!room) return;
    if (isFull(room)) {
      await this.release();
      return;
    }
    const size = ballastSize(room);
    if (size === 0 || room.free < room.mark + size || (await ballastBytes(this.dataDir)) > 0) return;
    await makeBallast(this.dataDir, size);
  }
}

/** Takes real room: a file with holes would take none. */
async function makeBallast(dataDir: string, bytes: number): Promise<void> {
  const path = ballastPath(dataDir);
  const half = `${path}.half`;
  await rm(half, { force: true });
  try {
    await promisify(execFile)("fallocate", ["-l", String(bytes), half]).catch(() => write(half, bytes));
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

/** Where the system cannot allocate. Of random bytes, which no file system makes smaller. */
async function write(path: string, bytes: number): Promise<void> {
  const piece = randomBytes(PIECE_BYTES);
  const file = await open(path, "w", 0o600);
  try {
    for (let left = bytes; left > 0; left -= piece.length)
      await file.write(piece, 0, Math.min(left, piece.length));
    await file.sync();
  } finally {
    await file.close();
  }
}
