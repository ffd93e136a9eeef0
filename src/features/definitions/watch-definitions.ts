import { workerScope } from "../../auth/scope";
import type { Db } from "../../db/client";
import { type Duty, leadOne } from "../../db/leader";
import { projects } from "../../db/schema/projects";
import { progress } from "../../events/progress";
import { AppError } from "../../lib/errors";
import { logger } from "../../lib/logger";
import { syncFolder } from "./sync-folder";
import { ProjectWatch } from "./watch-project";

/** How often the watcher looks for new projects and for folders that did not exist before. */
const LOOK_MS = 2_000;

/**
 * Keeps definitions in sync with their folders: reads each project at the start and after a file change. One
 * process per database watches; the others wait to take over.
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
  /** Projects that changed while they were being read. */
  private readonly waiting = new Set<string>();
  /** Projects being read. They run independently, since a folder may be slow to load. */
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
    // Retry the projects that failed because the database was away.
    for (const id of this.waiting) this.read(id);
  }

  private read(id: string): void {
    this.waiting.add(id);
    if (this.reading.has(id)) return;
    const work = this.readWaiting(id).finally(() => this.reading.delete(id));
    this.reading.set(id, work);
  }

  /** Reads the project again until it did not change meanwhile. */
  private async readWaiting(id: string): Promise<void> {
    while (this.waiting.delete(id) && !this.stopping.signal.aborted) {
      try {
        const { result, ...read } = await syncFolder(this.db, workerScope(id, { type: "system" }), (work) =>
          progress(this.db, work),
        );
        await this.watches.get(id)?.alsoWatch(read.imports, { keep: !read.complete });
        if (result.added + result.changed + result.invalid + result.archived > 0) {
          logger.info({ project_id: id, ...result }, "definitions were read");
        }
      } catch (error) {
        logger.warn({ err: error, project_id: id }, "a folder of definitions could not be read");
        // An AppError is about the folder: wait for its next change. Other errors may pass, so retry.
        if (error instanceof AppError) continue;
        this.waiting.add(id);
        return;
      }
    }
  }
}
