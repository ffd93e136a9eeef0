import { makeRunBox, type RunBox } from "../box/run-box";
import { type Box, BoxRefusal } from "../box/types";
import type { RunFacts } from "../engine/run/ports";
import { messageOf } from "../lib/errors";

/** Gives the boxes of runs, each made once for a claim. Throws `BoxRefusal` where one cannot be made. */
export function createBoxes(box: Box, dataDir: string): (run: RunFacts) => RunBox {
  const made = new WeakMap<RunFacts, RunBox>();
  return (run) => {
    const known = made.get(run);
    if (known) return known;
    try {
      const own = makeRunBox(box, dataDir, {
        run_id: run.id,
        project: run.project,
        folder: run.folder,
        network: run.definition.network ?? "machine",
      });
      made.set(run, own);
      return own;
    } catch (error) {
      if (error instanceof BoxRefusal) throw error;
      throw new BoxRefusal(`The box for the run could not be made: ${messageOf(error)}`, { cause: error });
    }
  };
}
