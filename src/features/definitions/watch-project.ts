import { realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { logger } from "../../lib/logger";
import { DEFINITIONS_FOLDER } from "./files";

/** Editors write a file in several goes. */
const SETTLE_MS = 100;
const POLL_MS = 1_000;

/**
 * Watches one project's folder of definitions, which need not be there yet: `check` looks for it again. And the
 * files elsewhere that its definitions import, which `alsoWatch` names. `changed` is called once things have
 * settled, and once when the folder is first watched.
 */
export class ProjectWatch {
  private watcher: FSWatcher | undefined;
  /** Which folder is watched: one that was deleted and made again is another, and nothing tells of it. */
  private watched: string | undefined;
  /** Set once the system refused to tell of changes (it watches so many folders and no more). */
  private polling = false;
  private settling: NodeJS.Timeout | undefined;
  private importWatcher: FSWatcher | undefined;
  private imports = new Set<string>();
  /** Their folders: a file alone is lost from sight when it is replaced. */
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
    // Gone is a change too; the files that were in it may not have been told of.
    if (!found) return this.settle();
    const watcher = this.follow([found.folder], () => {
      // The next check begins anew.
      if (this.watcher === watcher) this.watched = undefined;
    });
    watcher.on("all", () => this.settle());
    watcher.on("ready", () => this.settle());
    this.watcher = watcher;
  }

  /** `files`: absolute. They take the place of those named before, or with `keep` come beside them. */
  async alsoWatch(files: string[], { keep }: { keep: boolean }): Promise<void> {
    this.imports = new Set(keep ? [...this.imports, ...files] : files);
    await this.watchImports();
  }

  /** Anew where one of the folders is another than before, as after it was deleted and made again. One at a time. */
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
    // They may have changed before they were watched.
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

  /** The real folder, where it is inside the project; reading refuses any other. */
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

/** A new folder often gets the number of the old one; it was not born at the same time. */
async function identityOf(folder: string): Promise<string> {
  const facts = await stat(folder).catch(() => null);
  return facts ? `${folder} ${facts.dev} ${facts.ino} ${facts.birthtimeMs}` : folder;
}
