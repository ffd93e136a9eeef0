import { realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { logger } from "../../lib/logger";
import { DEFINITIONS_FOLDER } from "./files";

/** Wait this long after a change: editors write a file in several steps. */
const SETTLE_MS = 100;
const POLL_MS = 1_000;

/**
 * Watches a project's definitions folder, which may not exist yet (`check` looks again), and the imported
 * files that `alsoWatch` names. Calls `changed` after changes have settled, and once when watching starts.
 */
export class ProjectWatch {
  private watcher: FSWatcher | undefined;
  /** Identity of the watched folder; made anew it has another, which the file system does not report. */
  private watched: string | undefined;
  /** True after the system refused to watch, as at its limit; folders are polled from then on. */
  private polling = false;
  private settling: NodeJS.Timeout | undefined;
  private importWatcher: FSWatcher | undefined;
  private imports = new Set<string>();
  /** Key of the imports' folders; a watch on a single file would be lost when the file is replaced. */
  private importFolders = "";
  private importing: Promise<void> = Promise.resolve();

  constructor(
    readonly path: string,
    private readonly changed: () => void,
  ) {}

  async check(): Promise<void> {
    await this.watchImports();
    const found = await this.find();
    if (found?.identity === this.watched) return;
    await this.watcher?.close();
    this.watcher = undefined;
    this.watched = found?.identity;
    // A vanished folder counts as a change, since its files may not have been reported.
    if (!found) return this.settle();
    const watcher = this.follow([found.folder], () => {
      // Makes the next check watch the folder again.
      if (this.watcher === watcher) this.watched = undefined;
    });
    watcher.on("all", () => this.settle());
    watcher.on("ready", () => this.settle());
    this.watcher = watcher;
  }

  /** Watches these files (absolute paths) instead of the previous ones; with `keep` beside them. */
  async alsoWatch(files: string[], { keep }: { keep: boolean }): Promise<void> {
    this.imports = new Set(keep ? [...this.imports, ...files] : files);
    await this.watchImports();
  }

  /** Watches the folders again if one of them was deleted and created anew. Runs one at a time. */
  private watchImports(): Promise<void> {
    this.importing = this.importing.then(() => this.followImports());
    return this.importing;
  }

  private async followImports(): Promise<void> {
    const folders = [...new Set([...this.imports].map((file) => dirname(file)))].sort();
    const key = (await Promise.all(folders.map(identityOf))).join("\0");
    if (key === this.importFolders) return;
    this.importFolders = key;
    await this.importWatcher?.close();
    this.importWatcher = undefined;
    if (folders.length === 0) return;
    const watcher = this.follow(folders, () => {
      if (this.importWatcher === watcher) this.importFolders = "";
    });
    watcher.on("all", (_event, path) => {
      if (this.imports.has(path)) this.settle();
    });
    // The files may have changed before watching began.
    watcher.on("ready", () => this.settle());
    this.importWatcher = watcher;
  }

  private follow(folders: string[], onError: () => void): FSWatcher {
    const options = { depth: 0, ignoreInitial: true, followSymlinks: false };
    const watcher = watch(folders, { ...options, usePolling: this.polling, interval: POLL_MS });
    watcher.on("error", (error) => {
      if (!this.polling)
        logger.warn({ err: error, folders }, "folders cannot be watched; they are polled instead");
      this.polling = true;
      onError();
    });
    return watcher;
  }

  async stop(): Promise<void> {
    clearTimeout(this.settling);
    const watchers = [this.watcher, this.importWatcher];
    this.watcher = undefined;
    this.importWatcher = undefined;
    await Promise.all(watchers.map((watcher) => watcher?.close()));
  }

  private settle(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(this.changed, SETTLE_MS);
  }

  /** The real path of the definitions folder, if it lies inside the project. */
  private async find(): Promise<{ folder: string; identity: string } | undefined> {
    try {
      const root = await realpath(this.path);
      const folder = await realpath(join(root, DEFINITIONS_FOLDER));
      if (!folder.startsWith(root + sep)) return undefined;
      return { folder, identity: await identityOf(folder) };
    } catch {
      return undefined;
    }
  }
}

/** The inode number of a deleted folder is often reused, so the time of creation is part of the identity. */
async function identityOf(folder: string): Promise<string> {
  const facts = await stat(folder).catch(() => null);
  return facts ? `${folder} ${facts.dev} ${facts.ino} ${facts.birthtimeMs}` : folder;
}
