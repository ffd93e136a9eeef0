import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import type { Claim, ReleaseOptions } from "../../engine/run/ports";
import { wakeAfter } from "../../events/emit";
import { progress } from "../../events/progress";
import { insertArtifacts } from "../../journal/insert-artifacts";
import { project, projectFiles } from "../../journal/project";
import { logWrite } from "../../journal/step-writes";
import { isRunEnded, type RunStatus } from "../../model/states";
import { enqueueAdvance, enqueueFileLogs } from "../../queue/enqueue";
import { enqueueNext } from "../../queue/enqueue-next";
import { interruptAgents } from "../agents/interrupt-agents";
import { isClaimed, scopeOf } from "./under-claim";

interface Left extends Record<string, unknown> {
  id: string;
  status: RunStatus;
  current_phase: string | null;
  priority: number;
  in_flight: boolean;
  /** How many of the steps in `waiting` still wait. */
  waiting: number;
  run_at: string;
}

/** Gives a claim up and queues the run where it can go on, since a job that found it busy was dropped. */
export async function release(
  db: Db,
  claim: Claim,
  { after_ms, requeue, remains = [], waiting, cleared }: ReleaseOptions,
): Promise<void> {
  const among = waiting?.length ? sql`s.id in ${waiting} and s.waiting_for is not null` : sql`false`;
  await progress(db, async (tx) => {
    // A decision locks the run too. It is either seen here, or comes later and queues the run itself.
    const [run] = (
      await tx.execute<Left>(sql`
      select r.id, r.status, r.current_phase, r.priority, steps.in_flight, steps.waiting,
        (clock_timestamp() + ${after_ms ?? 0} * interval '1 millisecond')::text as run_at
      from workflow_runs r, lateral (
        select count(*) filter (where ${among})::int as waiting,
          coalesce(bool_or(s.status = 'running' and s.waiting_for is null), false) as in_flight
        from workflow_run_steps s where s.workflow_run_id = r.id
      ) steps
      where ${isClaimed(claim)} for no key update of r`)
    ).rows;
    if (!run) return;
    const { status, priority, in_flight } = run;
    const rests = status === "running" && waiting !== undefined && run.waiting === waiting.length;
    const scope = scopeOf(claim);
    await project(tx, scope, run, [{ kind: "released", rests }]);
    for (const attempt of remains) {
      const { attempt_id, log } = attempt;
      if (attempt_id === null) continue;
      if (log.length > 0) await tx.execute(logWrite(log.map((rest) => ({ ...rest, attempt_id }))));
      await insertArtifacts(tx, scope, run.id, attempt);
      await projectFiles(tx, run.id, attempt);
      wakeAfter(tx, { channel: "logs", id: attempt_id });
    }
    // The agents' attempts go on in another process.
    if (in_flight) await interruptAgents(tx, scope, run);
    if (isRunEnded(status)) await enqueueFileLogs(tx, run.id);
    // The run was cancelled or paused, or rests now: only now is its room free.
    if ((status !== "running" && status !== "pending") || rests) await enqueueNext(tx, claim.run.project.id);
    const wants =
      status === "pending" ||
      status === "running" ||
      (status === "paused" && in_flight) ||
      (status === "cancelled" && !cleared);
    if (!wants || requeue === false || (rests && after_ms === undefined)) return;
    // A run that waits and does not rest was decided meanwhile, so it goes on at once.
    const isLater = status === "running" && (waiting ? rests : after_ms !== undefined);
    await enqueueAdvance(tx, run.id, { priority, ...(isLater ? { run_at: new Date(run.run_at) } : {}) });
  });
}
