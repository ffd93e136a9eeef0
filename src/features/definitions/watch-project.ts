import { realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { logger } from "../../lib/logger";
import { DEFINITIONS_FOLDER } from "./files";

/** Wait this long after a change: editors write a file in several steps. */
const SETTLE_MS = 100;
const POLL_MS = 1_000;

/** The folders of a watcher. A folder that was made anew has another key, which the file system does not report. */
interface Watched {
  key: string;
  watcher: FSWatcher | undefined;
}

/**
 * Watches a project's definitions folder, which may not exist yet (`check` looks again), and the imported
 * files that `alsoWatch` names. Calls `changed` after changes have settled, and once when watching starts.
 */
export class ProjectWatch {
  private readonly definitions: Watched = { key: "", watcher: undefined };
  /** The folders of the imports; a watch on a single file would be lost when the file is replaced. */
  private readonly imported: Watched = { key: "", watcher: undefined };
  private imports = new Set<string>();
  private importing: Promise<void> = Promise.resolve();
  /** True after the system refused to watch, as at its limit; folders are polled from then on. */
  private polling = false;
  private settling: NodeJS.Timeout | undefined;

  constructor(
    readonly path: string,
    private readonly changed: () => void,
  ) {}

  async check(): Promise<void> {
    await this.watchImports();
    const folder = await this.find();
    const isOther = await this.follow(this.definitions, folder === undefined ? [] : [folder], () => true);
    // A vanished folder counts as a change, since its files may not have been reported.
    if (isOther && folder === undefined) this.settle();
  }

  /** Watches these files (absolute paths) instead of the previous ones; with `keep` beside them. */
  async alsoWatch(files: string[], { keep }: { keep: boolean }): Promise<void> {
    this.imports = new Set(keep ? [...this.imports, ...files] : files);
    await this.watchImports();
  }

  /** Watches the folders again if one of them was deleted and created anew. Runs one at a time. */
  private watchImports(): Promise<void> {
    this.importing = this.importing.then(async () => {
      const folders = [...new Set([...this.imports].map((file) => dirname(file)))].sort();
      await this.follow(this.imported, folders, (path) => this.imports.has(path));
    });
    return this.importing;
  }

  /** Watches other folders for the changes that concern us. False if they are the same folders still. */
  private async follow(
    watched: Watched,
    folders: string[],
    concerns: (path: string) => boolean,
  ): Promise<boolean> {
    const key = (await Promise.all(folders.map(identityOf))).join("\0");
    if (key === watched.key) return false;
    watched.key = key;
    await watched.watcher?.close();
    watched.watcher = undefined;
    if (folders.length === 0) return true;
    const options = { depth: 0, ignoreInitial: true, followSymlinks: false };
    const watcher = watch(folders, { ...options, usePolling: this.polling, interval: POLL_MS });
    watcher.on("error", (error) => {
      if (!this.polling)
        logger.warn({ err: error, folders }, "folders cannot be watched; they are polled instead");
      this.polling = true;
      // Makes the next check watch the folders again.
      if (watched.watcher === watcher) watched.key = "";
    });
    watcher.on("all", (_event, path) => {
      if (concerns(path)) this.settle();
    });
    // The files may have changed before watching began.
    watcher.on("ready", () => this.settle());
    watched.watcher = watcher;
    return true;
  }

  async stop(): Promise<void> {
    clearTimeout(this.settling);
    const watchers = [this.definitions.watcher, this.imported.watcher];
    this.definitions.watcher = undefined;
    this.imported.watcher = undefined;
    await Promise.all(watchers.map((watcher) => watcher?.close()));
  }

  private settle(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(this.changed, SETTLE_MS);
  }

  /** The real path of the definitions folder, if it lies inside the project. */
  private async find(): Promise<string | undefined> {
    try {
      const root = await realpath(this.path);
      const folder = await realpath(join(root, DEFINITIONS_FOLDER));
      return folder.startsWith(root + sep) ? folder : undefined;
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
