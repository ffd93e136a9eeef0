import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { type Claim, ClaimLost, type RunStore } from "../../engine/run/ports";
import { progress } from "../../events/progress";
import { keepEntries, takeKept } from "../../journal/kept-entries";
import { project } from "../../journal/project";
import { readRunState } from "../../journal/read-run-state";
import type { RunState } from "../../journal/run-state";
import type { RunStatus } from "../../model/states";
import { reach } from "../presence/reach";
import { claimRun } from "./claim-run";
import { record } from "./record";
import { release } from "./release";
import { isClaimed, scopeOf } from "./under-claim";

export interface StoreOptions {
  /** The current id of this worker's row in `workers`. */
  workerId(): string;
  isHeld(runId: string): boolean;
  /** Whether all other places of this process are taken. */
  isLastPlace(): boolean;
  /** Absolute folder below which runs have places of their own. */
  workspaces: string;
  /** Whether the disk of this worker's data folder is below its low-water mark. */
  isLow(): Promise<boolean>;
}

/** The engine's store on Postgres. Each write names the claim's epoch and is refused once that is old. */
export function createRunStore(db: Db, options: StoreOptions): RunStore {
  return {
    claim: (runId, first = () => []) =>
      reach(async () => {
        const ask = { ...options, worker_id: options.workerId(), isLow: await options.isLow() };
        const asked = await claimRun(db, runId, first, { ...ask, takesLast: options.isLastPlace() });
        if (asked.kind !== "yielded") return asked;
        const other = await claimRun(db, asked.to, first, { ...ask, takesLast: false });
        // This run was queued again; the result is that of the other run, which got the place.
        return other.kind === "yielded" ? { kind: "busy" } : other;
      }),
    confirm: (claim) =>
      reach(async () => {
        const { rows: held } = await db.execute(sql`select 1 from workflow_runs where ${isClaimed(claim)}`);
        if (held.length === 0) throw new ClaimLost(`run ${claim.run.id} is not ours any more`);
      }),
    keep: (claim, floor, ordinal, entries) =>
      reach(async () => {
        // Whether a step may start is decided by the rows.
        if (claim.run.definition.budget) return false;
        const isHeld = sql`${isClaimed(claim)} and write_floor = ${floor}`;
        return keepEntries(db, isHeld, ordinal, entries);
      }),
    record: (claim, floor, entries) => reach(() => record(db, claim, floor, entries)),
    load: (claim, floor) => reach(() => load(db, claim, floor)),
    release: (claim, given = {}) => reach(() => release(db, claim, given)),
  };
}

async function load(db: Db, claim: Claim, floor: number): Promise<RunState> {
  return progress(db, async (tx) => {
    const { id } = claim.run;
    const [run] = (
      await tx.execute<{ status: RunStatus; current_phase: string | null }>(sql`
      update workflow_runs set write_floor = ${floor} where ${isClaimed(claim)} returning status, current_phase`)
    ).rows;
    if (!run) throw new ClaimLost(`run ${id} is not claimed under epoch ${claim.epoch} any more`);
    await project(tx, scopeOf(claim), { id, ...run }, await takeKept(tx, id));
    return readRunState(tx, id);
  });
}
