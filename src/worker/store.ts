import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { type Claim, ClaimLost, type RunStore } from "../engine/ports";
import type { RunStatus } from "../engine/states";
import { transact } from "../events/emit";
import { wakerOf } from "../events/wake";
import { recordCheckpoints } from "../features/runs/commands/record-checkpoints";
import { enqueueAdvance } from "../queue/enqueue";
import { enqueueNext } from "../queue/enqueue-next";
import { insertArtifacts } from "./artifacts/insert-artifacts";
import { claimRun } from "./claim-run";
import { interruptAgents } from "./interrupt-agents";
import { reach } from "./reach";
import { recordChange } from "./record-change";
import { readRunState } from "./run-state";
import { chunksWrite } from "./run-writes";
import type { SeenByClaims } from "./seen";
import { isClaimed, scopeOf } from "./under-claim";
import { writeCheckpoint } from "./write-checkpoint";

export interface StoreOptions {
  /** Id of this process's row in `workers`, as it is at this moment. */
  workerId(): string;
  isHeld(runId: string): boolean;
  /** Whether all other places of this process are taken. */
  isLastPlace(): boolean;
  seen: SeenByClaims;
}

/** The engine's store over Postgres. Every write names the run's epoch and is refused when it is old. */
export function createRunStore(db: Db, options: StoreOptions): RunStore {
  return {
    claim: (runId, first = () => null) =>
      reach(async () => {
        const ask = { ...options, worker_id: options.workerId() };
        const asked = await claimRun(db, runId, first, { ...ask, takesLast: options.isLastPlace() });
        if (asked.kind !== "yielded") return asked;
        const other = await claimRun(db, asked.to, first, { ...ask, takesLast: false });
        // Somebody else has it by now, and this one is queued again.
        return other.kind === "yielded" ? { kind: "busy" } : other;
      }),
    confirm: (claim) =>
      reach(async () => {
        const held = await db.execute(sql`select 1 from workflow_runs where ${isClaimed(claim)}`);
        if (held.length === 0) throw new ClaimLost(`run ${claim.run.id} is not ours any more`);
      }),
    checkpoint: (claim, checkpoint) => reach(() => writeCheckpoint(db, claim, checkpoint)),
    record: (claim, change) => reach(() => recordChange(db, claim, change, options.seen)),
    load: (claim, floor) =>
      reach(() => {
        options.seen.delete(claim);
        return transact(db, async (tx) => {
          const [run] = await tx.execute<{ status: RunStatus; current_phase: string | null }>(sql`
            select status, current_phase from workflow_runs where ${isClaimed(claim)} for update`);
          if (!run)
            throw new ClaimLost(`run ${claim.run.id} is not claimed under epoch ${claim.epoch} any more`);
          if (floor !== undefined) {
            await tx.execute(sql`update workflow_runs set write_floor = ${floor} where id = ${claim.run.id}`);
          }
          await recordCheckpoints(tx, scopeOf(claim), claim.run.id);
          return readRunState(tx, claim.run.id, run);
        });
      }),
    release: (claim, given = {}) => reach(() => release(db, claim, given)),
  };
}

/** Of a run `r`: all these steps wait still; with none, it is for its time alone. */
function restsOf(waiting: string[] | undefined): SQL {
  if (!waiting) return sql`false`;
  if (waiting.length === 0) return sql`r.status = 'running'`;
  return sql`r.status = 'running' and (
    select count(*) from workflow_run_steps s where s.id in ${waiting} and s.waiting_for is not null
  ) = ${waiting.length}`;
}

interface Released extends Record<string, unknown> {
  status: RunStatus;
  priority: number;
  in_flight: boolean;
  rests: boolean;
  run_at: string;
}

/** Whoever gives a claim up looks whether the run wants to go on: a job that found it busy was dropped. */
async function release(
  db: Db,
  claim: Claim,
  { after_ms, requeue, remains = [], waiting, cleared }: NonNullable<Parameters<RunStore["release"]>[1]>,
): Promise<void> {
  // Whoever decides holds the run's lock too, so either they are seen here or they queue the run themselves.
  const rests = restsOf(waiting);
  await transact(db, async (tx) => {
    const [left] = await tx.execute<Released>(sql`
      update workflow_runs r set claimed_by = null, updated_at = now(),
        waiting_since = case when ${rests} then now() end
      where ${isClaimed(claim)}
      returning r.status, r.priority, r.waiting_since is not null as rests,
        (clock_timestamp() + ${after_ms ?? 0} * interval '1 millisecond')::text as run_at,
        exists (
          select 1 from workflow_run_steps s
          where s.workflow_run_id = r.id and s.status = 'running' and s.waiting_for is null
        ) as in_flight`);
    if (!left) return;
    const scope = scopeOf(claim);
    for (const attempt of remains) {
      const { attempt_id, log } = attempt;
      if (log.sealed) await tx.execute(sql`delete from workflow_log_chunks where attempt_id = ${attempt_id}`);
      else if (log.rest.length > 0) await tx.execute(chunksWrite(attempt_id, log.rest));
      await insertArtifacts(tx, scope, claim.run.id, attempt);
    }
    // Their attempts go on elsewhere.
    if (left.in_flight) await interruptAgents(tx, scope, claim.run.id);
    // Cancelled or paused while it ran, or at rest: only now is its room free.
    if ((left.status !== "running" && left.status !== "pending") || left.rests) {
      await enqueueNext(tx, claim.run.project.id);
    }
    const wants =
      left.status === "pending" ||
      left.status === "running" ||
      (left.status === "paused" && left.in_flight) ||
      (left.status === "cancelled" && !cleared);
    if (!wants || requeue === false || (left.rests && after_ms === undefined)) return;
    // One that waits and does not rest was decided meanwhile, so it goes on at once.
    const isLater = left.status === "running" && (waiting ? left.rests : after_ms !== undefined);
    const later = isLater ? { run_at: new Date(left.run_at) } : {};
    await enqueueAdvance(tx, claim.run.id, { priority: left.priority, ...later });
  });
  for (const { attempt_id } of remains) wakerOf(db.$client).wake("logs", attempt_id);
}
