import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { packageRoot } from "../lib/package-root";
import { readSettings } from "../lib/settings";
import { openStorage } from "../storage/open-storage";
import type { StorageOwner } from "../storage/storage";
import type { FolderOrder } from "../storage/write-folder";

interface Waiting {
  order: FolderOrder;
  resolve(): void;
  reject(error: unknown): void;
}

/** Files that nobody waits for take turns with runs: they are made once a run rests, or after so long. */
const GATHER_MS = 2_000;
const MAX_WAITING = 500;
/** So many are waited for at a run's end, which takes some ms; whoever looks into the folder finds them then. */
const FEW = 8;
/** More come behind it, once who waits for the run was told. */
const BEHIND_MS = 200;

/**
 * A thread that makes the small files of all runs, started when it is first needed. From here every file would be
 * some calls, each handed to another thread and back, which cost more than all else of a step; and made without
 * that, a disk that hangs would hold up this thread's heartbeat.
 */
export class FileThread {
  private thread: Worker | null = null;
  /** What waits for more, or for the thread to be free; it goes there together. */
  private waiting: Waiting[] = [];
  private inHand: Waiting[] = [];
  private timer: NodeJS.Timeout | null = null;
  /** Of the newest order. Never rejects. */
  private last: Promise<unknown> = Promise.resolve();

  /** `program`: as `file-thread.ts`. */
  constructor(private readonly program: string) {}

  /** Writes files, in the order of the calls; see `FolderOrder`. */
  write(order: FolderOrder): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.waiting.push({ order, resolve, reject });
      if (order.lasting || this.waiting.length >= MAX_WAITING) this.hurry();
      else if (!this.timer) this.hurryIn(GATHER_MS);
    });
    this.last = written.catch(() => {});
    return written;
  }

  /** A run rests: hands over what waits and resolves once that is done, where it is little; else it comes soon. */
  async settle(): Promise<void> {
    if (this.inHand.length + this.waiting.length > FEW) {
      this.hurryIn(BEHIND_MS);
      return;
    }
    this.hurry();
    // They are done in order.
    await this.last;
  }

  /** Hands over what waits, as soon as the thread is free. */
  hurry(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.inHand.length > 0 || this.waiting.length === 0) return;
    this.thread ??= this.start();
    // The process stays for what is in hand, and for nothing else.
    this.thread.ref();
    this.inHand = this.waiting;
    this.waiting = [];
    this.thread.postMessage(this.inHand.map(({ order }) => order));
  }

  private hurryIn(ms: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hurry(), ms);
  }

  private start(): Worker {
    const thread = new Worker(this.program, { name: "files" });
    let fault: unknown = new Error("the thread that writes files has ended");
    thread.on("message", (faults: (string | null)[]) => {
      thread.unref();
      this.answer(faults.map((message) => (message === null ? null : new Error(message))));
    });
    thread.on("error", (error) => {
      fault = error;
    });
    thread.on("exit", () => {
      this.thread = null;
      this.answer(this.inHand.map(() => fault));
    });
    return thread;
  }

  /** Answers what was in hand, each with its fault or null, and goes on with what waits. */
  private answer(faults: unknown[]): void {
    const done = this.inHand;
    this.inHand = [];
    for (const [at, { resolve, reject }] of done.entries()) {
      if (faults[at] === null) resolve();
      else reject(faults[at]);
    }
    this.hurry();
  }
}

const thread = new FileThread(join(packageRoot(), "dist", "file-thread.js"));

/** Has the process's one thread for it write files, in the order of the calls. */
export function writeFiles(order: FolderOrder): Promise<void> {
  return thread.write(order);
}

/** Has what waits for more written now; see `FileThread.settle`. */
export function settleFiles(): Promise<void> {
  return thread.settle();
}

/**
 * Makes whole files in one folder of a project's storage, by their names. Where a disk has to be waited for they may
 * be lost with the machine's power: for what can be made again. They wait for others, see `settleFiles`.
 */
export async function putSoon(
  owner: StorageOwner,
  key: string,
  files: Record<string, Uint8Array>,
): Promise<void> {
  if (readSettings().storage === "local") return writeFiles({ root: owner.path, key, files, lasting: false });
  const storage = openStorage(owner);
  await Promise.all(Object.entries(files).map(([name, content]) => storage.put(`${key}/${name}`, content)));
}
