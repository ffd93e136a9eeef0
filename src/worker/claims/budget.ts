import { sql } from "drizzle-orm";
import type { ProjectScope } from "../../auth/scope";
import type { Tx } from "../../db/client";
import type { Claim } from "../../engine/run/ports";
import { plain, writeSystemComment } from "../../features/comments/commands/write-comment";
import { type HeldRun, project } from "../../journal/project";
import { budgetWords } from "../../model/budget-words";
import type { Budget, OverBudget } from "../../model/states";

interface Row extends Record<string, unknown> {
  tokens: number | null;
  cost: number | null;
  currency: string | null;
  budget: Budget | null;
  worked_ms: number;
}

/** A step at which a run may be paused. */
export type AtStep = Pick<OverBudget, "row_id" | "step_id">;

/** What a run has used, and what it may use; null where its definition sets no budget. */
export async function readBudget(tx: Tx, { run }: Claim): Promise<(Row & { limits: Budget }) | null> {
  const { budget } = run.definition;
  if (!budget) return null;
  const [row] = (
    await tx.execute<Row>(sql`
    select r.tokens::float8 as tokens, r.cost, r.currency, r.budget, coalesce((
      select sum(case when g.id is not null then coalesce(g.worked_ms, 0)
                      else extract(epoch from coalesce(a.completed_at, now()) - a.started_at) * 1000 end)
      from workflow_run_steps s
      join workflow_run_step_attempts a on a.workflow_run_step_id = s.id
      left join agent_sessions g on g.id = a.agent_session_id
      where s.workflow_run_id = r.id and s.kind <> 'approval' and s.waiting_for is distinct from 'sleep'
    ), 0)::float8 as worked_ms
    from workflow_runs r where r.id = ${run.id}`)
  ).rows;
  return row ? { ...row, limits: { ...budget, ...row.budget } } : null;
}

/** The first limit that the run has reached; null where it may go on. */
export async function overBudget(
  tx: Tx,
  claim: Claim,
  { row_id, step_id }: AtStep,
): Promise<OverBudget | null> {
  const read = await readBudget(tx, claim);
  if (!read) return null;
  const { limits, tokens, cost, currency, worked_ms } = read;
  const over = (kind: OverBudget["kind"], used: number | null, limit: number | undefined) =>
    used !== null && limit !== undefined && used >= limit
      ? { kind, used, limit, currency: kind === "cost" ? currency : null, row_id, step_id }
      : null;
  return (
    over("cost", cost, limits.cost) ??
    over("tokens", tokens, limits.tokens) ??
    over("time", Math.round(worked_ms), limits.time_ms)
  );
}

/** Pauses the run and asks people what to do. The caller holds the run's lock, and the run is running. */
export async function pauseForBudget(
  tx: Tx,
  scope: ProjectScope,
  run: HeldRun,
  over_budget: OverBudget,
): Promise<void> {
  await project(tx, scope, run, [{ kind: "paused", over_budget }]);
  const text = `Paused, since the budget is reached: ${plain(budgetWords(over_budget))}. Raise it for this run to go on, or cancel the run.`;
  await writeSystemComment(tx, scope, { run_id: run.id, text });
}
