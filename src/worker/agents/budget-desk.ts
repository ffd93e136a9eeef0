import { sql } from "drizzle-orm";
import type { Db, Tx } from "../../db/client";
import type { AttemptRef } from "../../engine/run/ports";
import { progress } from "../../events/progress";
import { project } from "../../journal/project";
import { Bell } from "../../lib/bell";
import { systemClock } from "../../lib/clock";
import type { AgentUsage } from "../../model/entry";
import { type AtStep, overBudget, pauseForBudget, readBudget } from "../claims/budget";
import { holdClaim, scopeOf } from "../claims/under-claim";
import { patiently } from "../presence/reach";

/** What an agent has used so far in its attempt. */
export interface Used {
  usage: AgentUsage | null;
  /** Milliseconds that it was at work. */
  worked_ms: number;
}

/** Holds agents to their run's budget. */
export interface BudgetDesk {
  /**
   * Writes what the agent has used. True where that reaches a limit of the run, which is paused then; its agent has to
   * stop until `room` resolves. Throws `ClaimLost`.
   */
  tell(attempt: AttemptRef, used: Used, signal: AbortSignal): Promise<boolean>;
  /**
   * Resolves once the run is not held by its budget, with the milliseconds that its steps may be at work still; null
   * where nothing limits them. Throws `ClaimLost`.
   */
  room(attempt: AttemptRef, signal: AbortSignal): Promise<number | null>;
}

/** Milliseconds between looks, in case the notification of a raise was lost. */
const LOOK_MS = 1_000;

/** `onNews` calls its listener when the run was changed, and gives a function that stops it. */
export function createBudgetDesk(
  db: Db,
  onNews: (runId: string, listener: () => void) => () => void,
): BudgetDesk {
  return {
    tell: (attempt, { usage, worked_ms }, signal) =>
      patiently(
        () =>
          progress(db, async (tx) => {
            const { claim } = attempt;
            const run = await holdClaim(tx, claim);
            const at = await stepAt(tx, attempt);
            if (!at) return false;
            await project(tx, scopeOf(claim), run, [{ kind: "used", ...at, usage, worked_ms }]);
            if (run.status !== "running") return isHeld(tx, attempt);
            const over = await overBudget(tx, claim, at);
            if (over) await pauseForBudget(tx, scopeOf(claim), run, over);
            return over !== null;
          }),
        signal,
      ),

    async room(attempt, signal) {
      if (!attempt.claim.run.definition.budget) return null;
      const { run } = attempt.claim;
      const news = new Bell();
      const leave = onNews(run.id, () => news.ring());
      try {
        while (!signal.aborted && (await patiently(() => isHeld(db, attempt), signal)))
          await news.wait(systemClock, signal, LOOK_MS);
        const read = await patiently(() => db.transaction((tx) => readBudget(tx, attempt.claim)), signal);
        const { time_ms } = read?.limits ?? {};
        return time_ms === undefined ? null : Math.max(0, time_ms - (read?.worked_ms ?? 0));
      } finally {
        leave();
      }
    },
  };
}

/** True while the run is paused for its budget. */
async function isHeld(db: Pick<Tx, "execute">, { claim }: AttemptRef): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select 1 from workflow_runs where id = ${claim.run.id} and status = 'paused' and over_budget is not null`);
  return rows.length > 0;
}

async function stepAt(tx: Tx, { claim, step, number }: AttemptRef): Promise<AtStep | undefined> {
  const { rows } = await tx.execute<AtStep & Record<string, unknown>>(sql`
    select id as row_id, step_id from workflow_run_steps
    where workflow_run_id = ${claim.run.id} and step_id = ${step.id} and attempt = ${number} and status = 'running'`);
  return rows[0];
}
