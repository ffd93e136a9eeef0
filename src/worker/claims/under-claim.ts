import { type SQL, sql } from "drizzle-orm";
import { type ProjectScope, workerScope } from "../../auth/scope";
import type { Tx } from "../../db/client";
import { type Claim, ClaimLost } from "../../engine/run/ports";
import type { HeldRun } from "../../journal/project";
import type { RunStatus } from "../../model/states";

export interface HeldClaim extends HeldRun, Record<string, unknown> {
  status: RunStatus;
  /** See `RunStore.load`. */
  floor: number;
}

/** SQL condition on `workflow_runs`: the run is held by this claim. */
export function isClaimed({ run, epoch, worker_id }: Claim): SQL {
  return sql`id = ${run.id} and epoch = ${epoch} and claimed_by = ${worker_id}`;
}

/** The scope in which a worker acts under a claim. */
export const scopeOf = ({ run, worker_id }: Claim): ProjectScope =>
  workerScope(run.project.id, { type: "worker", worker_id });

/** Locks the run until the transaction ends. Throws `ClaimLost` where the claim is void. */
export async function holdClaim(tx: Tx, claim: Claim): Promise<HeldClaim> {
  const [run] = (
    await tx.execute<HeldClaim>(sql`
    select id, status, current_phase, write_floor as floor from workflow_runs
    where ${isClaimed(claim)} for no key update`)
  ).rows;
  if (!run) throw new ClaimLost(`run ${claim.run.id} is not claimed under epoch ${claim.epoch} any more`);
  return run;
}
