import type { Db } from "../../db/client";
import { type Claim, StaleState } from "../../engine/run/ports";
import { progress } from "../../events/progress";
import { takeKept } from "../../journal/kept-entries";
import { Contradiction, project } from "../../journal/project";
import type { Entry } from "../../model/entry";
import type { RunStatus } from "../../model/states";
import { enqueueFileLogs } from "../../queue/enqueue";
import { enqueueNext } from "../../queue/enqueue-next";
import { overBudget, pauseForBudget } from "./budget";
import { holdClaim, scopeOf } from "./under-claim";

/** Projects a run's kept entries and these; see `RunStore.record`. */
export async function record(db: Db, claim: Claim, floor: number, entries: Entry[]): Promise<RunStatus> {
  return progress(db, async (tx) => {
    const [run, kept] = await Promise.all([holdClaim(tx, claim), takeKept(tx, claim.run.id)]);
    if (run.floor !== floor) throw new StaleState("the rows were read again meanwhile");
    if (run.status !== "running" && run.status !== "paused") return run.status;
    // A paused run only takes ends of attempts.
    const due = run.status === "running" ? entries : entries.filter(({ kind }) => kind === "ended");
    const write = (all: Entry[]) =>
      project(tx, scopeOf(claim), run, all).catch((error: unknown) => {
        const isStale =
          error instanceof Contradiction && due.some((entry) => entry.kind === "ended" && entry.waited);
        throw isStale ? new StaleState("somebody has decided meanwhile", { cause: error }) : error;
      });
    const start = due.find((entry) => entry.kind === "started");
    if (start && claim.run.definition.budget) {
      // What has ended counts, and what would start waits for people where that is too much.
      const ends = due.filter(({ kind }) => kind === "ended");
      await write([...kept, ...ends]);
      const over = await overBudget(tx, claim, start);
      if (over) {
        await pauseForBudget(tx, scopeOf(claim), run, over);
        return "paused";
      }
      await write(due.filter(({ kind }) => kind !== "ended"));
    } else await write([...kept, ...due]);
    const end = due.find((entry) => entry.kind === "finished");
    if (!end) return run.status;
    await Promise.all([enqueueNext(tx, claim.run.project.id), enqueueFileLogs(tx, run.id)]);
    return end.status;
  });
}
