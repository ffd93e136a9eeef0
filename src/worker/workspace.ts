import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { isScratchOf, runKey, scratchRootKey } from "../engine/logs/paths";
import type { Claim, RunFacts, Workspace } from "../engine/ports";
import { type Mark, parseMark } from "../engine/steps/mark";
import { logger } from "../lib/logger";
import { endTree, type TreeQuery } from "../lib/process-tree";
import { createLocalStorage, type LocalStorage } from "../storage/local";
import { putSoon, settleFiles } from "./write-files";

/** The processes whose marker satisfies `test`. */
export function processesOf(test: (mark: Mark) => boolean): TreeQuery {
  return {
    marked: (value) => {
      const mark = parseMark(value);
      return mark !== null && test(mark);
    },
  };
}

/** The run's folder in its project, and what earlier claims may have left running on this machine. */
export function createWorkspace(): Workspace {
  return {
    async clear({ run, epoch }) {
      const leftovers = processesOf((mark) => mark.run_id === run.id && mark.epoch < epoch);
      const ended = await endTree(leftovers, { grace_ms: 0 });
      if (ended > 0) logger.info({ run_id: run.id, processes: ended }, "ended what an interrupted step left");
      await removeScratch(run);
    },

    async snapshot(claim) {
      // Where the folder is gone or full, the step that needs it says so; the run's truth is in its rows.
      await writeSnapshots(claim).catch((error: unknown) =>
        logger.warn({ err: error, run_id: claim.run.id }, "the run's snapshots could not be written"),
      );
    },

    async abandon(claim) {
      const { run } = claim;
      const key = scratchRootKey(run.id);
      const root = join(run.project.path, key);
      const own = (await readdir(root).catch(() => [])).filter((name) => isScratchOf(claim, name));
      for (const name of own) await quietly(run, (storage) => storage.deletePrefix(`${key}/${name}`));
      // Unless others have something in it.
      await rmdir(root).catch(() => {});
    },

    async finish({ run, epoch }) {
      await removeScratch(run);
      // Nothing is cut off but by the end of a claim.
      if (epoch > 1) await quietly(run, removeCutOff(run.id));
    },
  };
}

function removeScratch(run: RunFacts): Promise<void> {
  return quietly(run, (storage) => storage.deletePrefix(scratchRootKey(run.id)));
}

/** Snapshots and logs that were cut off in being written; uploads have their own way to go. */
const removeCutOff = (runId: string) => async (storage: LocalStorage) => {
  await storage.deleteTemporary(runKey(runId), { deep: false });
  await storage.deleteTemporary(`${runKey(runId)}/logs`, { deep: true });
};

async function quietly(run: RunFacts, work: (storage: LocalStorage) => Promise<void>): Promise<void> {
  await work(createLocalStorage(run.project.path)).catch((error: unknown) =>
    logger.debug({ err: error, run_id: run.id }, "files of a run were left"),
  );
}

async function writeSnapshots({ run }: Claim): Promise<void> {
  const encode = (content: unknown) => Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
  // In place of what a step has made for itself meanwhile: these are whole.
  const files = { "definition.json": encode(run.definition), "args.json": encode(run.args) };
  const written = putSoon(run.project, runKey(run.id), files);
  void settleFiles();
  await written;
}
