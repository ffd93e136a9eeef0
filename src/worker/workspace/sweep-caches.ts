import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "../../box/remove-tree";
import { logger } from "../../lib/logger";
import { UNUSED_MS } from "./caches";

/** Removes caches of all projects that no run used for long. A run that saves one looks only at its own project's. */
export async function sweepCaches(root: string): Promise<number> {
  let removed = 0;
  for (const project_id of await readdir(root).catch((): string[] => [])) {
    const folder = join(root, project_id);
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const path = join(folder, name);
      const facts = await stat(path).catch(() => null);
      if (!facts || Date.now() - facts.mtimeMs <= UNUSED_MS) continue;
      await removeTree(path).then(
        () => removed++,
        (error: unknown) => logger.debug({ err: error, path }, "an unused cache was left"),
      );
    }
  }
  return removed;
}
