import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { logger } from "../../lib/logger";
import { DEFINITIONS_FOLDER } from "./files";

/** Editors write a file in several goes. */
const SETTLE_MS = 100;
const POLL_MS = 1_000;

/**
 * Watches one project's folder of definitions, which need not be there yet: `check` looks for it again.
 * `changed` is called once things have settled, and once when the folder is first watched.
 */
export class ProjectWatch {
  private watcher: FSWatcher | undefined;
  /** Which folder is watched: one that was deleted and made again is another, and nothing tells of it. */
  private watched: string | undefined;
  /** Set once the system refused to tell of changes (it watches so many folders and no more). */
  private polling = false;
  private settling: NodeJS.Timeout | undefined;

  constructor(
    readonly path: string,
    private readonly changed: () => void,
  ) {}

  async check(): Promise<void> {
    const found = await this.find();
    if (found?.identity === this.watched) return;
    await this.watcher?.close();
    this.watcher = undefined;
    this.watched = found?.identity;
    // Gone is a change too; the files that were in it may not have been told of.
    if (!found) this.settle();
    else this.watcher = this.follow(found.folder);
  }

  private follow(folder: string): FSWatcher {
    const options = { depth: 0, ignoreInitial: true, followSymlinks: false };
    const watcher = watch(folder, { ...options, usePolling: this.polling, interval: POLL_MS });
    watcher.on("all", () => this.settle());
    watcher.on("ready", () => this.settle());
    watcher.on("error", (error) => {
      if (!this.polling)
        logger.warn({ err: error, folder }, "a folder cannot be watched; it is polled instead");
      this.polling = true;
      // The next check begins anew.
      if (this.watcher === watcher) this.watched = undefined;
    });
    return watcher;
  }

  async stop(): Promise<void> {
    clearTimeout(this.settling);
    const watcher = this.watcher;
    this.watcher = undefined;
    await watcher?.close();
  }

  private settle(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(this.changed, SETTLE_MS);
  }

  /** The real folder, where it is inside the project; reading refuses any other. */
  private async find(): Promise<{ folder: string; identity: string } | undefined> {
    try {
      const root = await realpath(this.path);
      const folder = await realpath(join(root, DEFINITIONS_FOLDER));
      if (!folder.startsWith(root + sep)) return undefined;
      // A new folder often gets the number of the old one; it was not born at the same time.
      const { dev, ino, birthtimeMs } = await stat(folder);
      return { folder, identity: `${folder} ${dev} ${ino} ${birthtimeMs}` };
    } catch {
      return undefined;
    }
  }
}
