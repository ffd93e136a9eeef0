import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { transcriptKey } from "../../engine/logs/paths";
import { type AttemptRef, ClaimLost } from "../../engine/run/ports";
import { progress } from "../../events/progress";
import { project } from "../../journal/project";
import { logger } from "../../lib/logger";
import { openStorage } from "../../storage/open-storage";
import { holdClaim, isClaimed, scopeOf } from "../claims/under-claim";
import { patiently } from "../presence/reach";

/** Writes the session of an attempt. The row itself is made and ended with the attempt. */
export interface AgentSessions {
  /** Throws `ClaimLost` where the claim is void. */
  name(attempt: AttemptRef, protocolId: string, signal: AbortSignal): Promise<void>;
  /** Writes on the step whether its agent is stalled. Throws `ClaimLost` where the claim is void. */
  stall(attempt: AttemptRef, isStalled: boolean, signal: AbortSignal): Promise<void>;
  /** Replaces the transcript. A failure is logged only. */
  keep(attempt: AttemptRef, transcript: string): Promise<void>;
}

export function createAgentSessions(db: Db): AgentSessions {
  const ofAttempt = ({ claim, step }: AttemptRef) => sql`
    select agent_session_id from workflow_run_steps
    where workflow_run_id = ${claim.run.id} and step_id = ${step.id}`;
  return {
    name: (attempt, protocolId, signal) =>
      patiently(async () => {
        const { rows: claimed } = await db.execute(sql`
          with claimed as (select id from workflow_runs where ${isClaimed(attempt.claim)} for share),
          named as (
            update agent_sessions set protocol_session_id = ${protocolId}, updated_at = now()
            where id = (${ofAttempt(attempt)}) and exists (select 1 from claimed)
          )
          select 1 from claimed`);
        if (claimed.length === 0) throw new ClaimLost(`run ${attempt.claim.run.id} is not ours any more`);
      }, signal),

    stall: ({ claim, step: { id }, number }, stalled, signal) =>
      patiently(
        () =>
          progress(db, async (tx) => {
            const run = await holdClaim(tx, claim);
            const [step] = (
              await tx.execute<{ row_id: string; step_id: string }>(sql`
              select id as row_id, step_id from workflow_run_steps
              where workflow_run_id = ${run.id} and step_id = ${id} and attempt = ${number}
                and status = 'running' and (stalled_since is not null) <> ${stalled}`)
            ).rows;
            if (step) await project(tx, scopeOf(claim), run, [{ kind: "stalled", ...step, stalled }]);
          }),
        signal,
      ),

    async keep({ claim: { run }, step, number }, transcript) {
      await openStorage(run.project)
        .put(transcriptKey(run.id, step.id, number), transcript)
        .catch((error: unknown) =>
          logger.warn({ err: error, run_id: run.id, step_id: step.id }, "a transcript could not be kept"),
        );
    },
  };
}
