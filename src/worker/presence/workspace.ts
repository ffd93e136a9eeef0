import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "../../box/remove-tree";
import { TMP } from "../../box/run-box";
import { runKey } from "../../engine/logs/paths";
import type { Claim, RunFacts, Workspace } from "../../engine/run/ports";
import { type Mark, parseMark } from "../../engine/steps/mark";
import { isScratchOf, runScratch } from "../../engine/steps/scratch";
import { logger } from "../../lib/logger";
import { endTree, type TreeQuery } from "../../lib/process-tree";
import { createLocalStorage, type LocalStorage } from "../../storage/local";
import { openStorage } from "../../storage/open-storage";

/** Finds the processes whose marker satisfies `test`. */
export function processesOf(test: (mark: Mark) => boolean): TreeQuery {
  return {
    marked: (value) => {
      const mark = parseMark(value);
      return mark !== null && test(mark);
    },
  };
}

/** A run's folder in the project, its attempts' files below `scratch`, and its processes on this machine. */
export function createWorkspace(scratch: string): Workspace {
  const removeScratch = (run: RunFacts) => remove(run, runScratch(scratch, run.id));
  const removeIn = async (run: RunFacts, isWanted: (name: string) => boolean) => {
    const folder = runScratch(scratch, run.id);
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter(isWanted)) await remove(run, join(folder, name));
  };
  return {
    async clear({ run, epoch }) {
      const leftovers = processesOf((mark) => mark.run_id === run.id && mark.epoch < epoch);
      const ended = await endTree(leftovers, { grace_ms: 0 });
      if (ended > 0) logger.info({ run_id: run.id, processes: ended }, "ended what an interrupted step left");
      // The run's /tmp stays: what went before may have left something there.
      await removeIn(run, (name) => name !== TMP);
    },

    async describe(claim) {
      // Where the folder is gone or full the step that needs it fails with the reason. The run's truth is in its rows.
      await describeRun(claim).catch((error: unknown) =>
        logger.warn(
          { err: error, run_id: claim.run.id },
          "the run's definition and args could not be written",
        ),
      );
    },

    async abandon(claim) {
      await removeIn(claim.run, (name) => isScratchOf(claim, name));
      // Fails if something else is in the folder, which then stays.
      await rmdir(runScratch(scratch, claim.run.id)).catch(() => {});
    },

    async finish({ run, epoch }) {
      await removeScratch(run);
      // Only the end of a claim leaves half-written files, so the first claim has none to remove.
      if (epoch > 1) await quietly(run, removeCutOff(run.id));
    },
  };
}

function remove(run: RunFacts, path: string): Promise<void> {
  return removeTree(path).catch((error: unknown) => left(run, error));
}

function left(run: RunFacts, error: unknown): void {
  logger.debug({ err: error, run_id: run.id }, "files of a run were left");
}

/** Removes half-written files of records and logs, and scratch of earlier versions. Uploads are cleaned up elsewhere. */
const removeCutOff = (runId: string) => async (storage: LocalStorage) => {
  await storage.deletePrefix(`${runKey(runId)}/tmp`);
  await storage.deleteTemporary(runKey(runId), { deep: false });
  await storage.deleteTemporary(`${runKey(runId)}/logs`, { deep: true });
};

async function quietly(run: RunFacts, work: (storage: LocalStorage) => Promise<void>): Promise<void> {
  await work(createLocalStorage(run.project.path)).catch((error: unknown) => left(run, error));
}

async function describeRun({ run }: Claim): Promise<void> {
  const storage = openStorage(run.project);
  const put = (name: string, content: unknown) =>
    storage.put(`${runKey(run.id)}/${name}`, Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
  // Overwrites files that a step may have made under these names.
  await Promise.all([put("definition.json", run.definition), put("args.json", run.args)]);
}
