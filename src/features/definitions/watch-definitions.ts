import { workerScope } from "../../auth/scope";
import type { Db } from "../../db/client";
import { type Duty, leadOne } from "../../db/leader";
import { projects } from "../../db/schema/projects";
import { AppError } from "../../lib/errors";
import { logger } from "../../lib/logger";
import { syncFolder } from "./sync-folder";
import { ProjectWatch } from "./watch-project";

/** How often new projects, and folders that were not there, are looked for. */
const LOOK_MS = 2_000;

/**
 * Keeps the definitions of all projects up to their folders: reads each at start and when a file changes.
 * Of all processes that call this on one database, one watches; the others stand by.
 */
export async function startDefinitionWatcher({ db }: { db: Db }): Promise<{ stop(): Promise<void> }> {
  return leadOne(db, "definition watcher", async () => {
    const watcher = new DefinitionWatcher(db);
    watcher.start();
    return watcher;
  });
}

class DefinitionWatcher implements Duty {
  private readonly watches = new Map<string, ProjectWatch>();
  /** Projects to read once they are not being read. */
  private readonly waiting = new Set<string>();
  /** Each by itself: a folder may take its time to load, and the others do not wait for it. */
  private readonly reading = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private looking: NodeJS.Timeout | undefined;
  private look: Promise<void> = Promise.resolve();

  constructor(private readonly db: Db) {}

  start(): void {
    this.look = this.lookForProjects()
      .catch((error: unknown) => logger.debug({ err: error }, "could not look for projects; looking again"))
      .finally(() => {
        if (!this.stopping.signal.aborted) this.looking = setTimeout(() => this.start(), LOOK_MS);
      });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.looking);
    await this.look;
    await Promise.all([...this.watches.values()].map((watch) => watch.stop()));
    await Promise.all(this.reading.values());
  }

  private async lookForProjects(): Promise<void> {
    const rows = await this.db.select({ id: projects.id, path: projects.path }).from(projects);
    const there = new Map(rows.map(({ id, path }) => [id, path]));
    for (const [id, watch] of this.watches) {
      if (there.get(id) === watch.path) continue;
      this.watches.delete(id);
      await watch.stop();
    }
    for (const [id, path] of there) {
      const known = this.watches.get(id);
      const watch = known ?? new ProjectWatch(path, () => this.read(id));
      this.watches.set(id, watch);
      await watch.check();
      if (!known) this.read(id);
    }
    // What failed for want of the database is tried again.
    for (const id of this.waiting) this.read(id);
  }

  private read(id: string): void {
    this.waiting.add(id);
    if (this.reading.has(id)) return;
    const work = this.readWaiting(id).finally(() => this.reading.delete(id));
    this.reading.set(id, work);
  }

  /** Again as long as it changes meanwhile. */
  private async readWaiting(id: string): Promise<void> {
    while (this.waiting.delete(id) && !this.stopping.signal.aborted) {
      try {
        const { result, ...read } = await syncFolder(this.db, workerScope(id, { type: "system" }));
        await this.watches.get(id)?.alsoWatch(read.imports, { keep: !read.complete });
        if (result.added + result.changed + result.invalid + result.archived > 0) {
          logger.info({ project_id: id, ...result }, "definitions were read");
        }
      } catch (error) {
        logger.warn({ err: error, project_id: id }, "a folder of definitions could not be read");
        // Ours tell of the folder, and the next change in it is the time to try; any other may pass.
        if (error instanceof AppError) continue;
        this.waiting.add(id);
        return;
      }
    }
  }
}
