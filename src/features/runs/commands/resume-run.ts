import { authorizeRun, type Caller } from "../../../auth/scope";
import { audit, transact, wakeAfter } from "../../../events/emit";
import { project } from "../../../journal/project";
import { AppError } from "../../../lib/errors";
import { budgetWords } from "../../../model/budget-words";
import type { Budget, OverBudget } from "../../../model/states";
import { enqueueAdvance } from "../../../queue/enqueue";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import type { ResumeRunInput, Run } from "../schema";
import { lockRun, readRun } from "./lock-run";

/**
 * Resumes a paused run after its last completed step. Throws BAD_REQUEST where its budget is reached and `budget` gives
 * it no more than it has used.
 */
export async function resumeRun(caller: Caller, { id, budget }: ResumeRunInput): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  return transact(caller, scope, "runs.resume", async (tx) => {
    const run = await lockRun(tx, scope, "running", "resumed");
    if (run.status !== "paused")
      throw new AppError("BAD_REQUEST", `The run is ${run.status}, so it cannot be resumed.`);
    const raised = budget ? { ...run.budget, ...budget } : null;
    if (run.over_budget) refuseTooLittle(run.over_budget, raised);
    await project(tx, scope, run, [{ kind: "resumed", ...(raised ? { budget: raised } : {}) }]);
    if (raised) audit(tx, { before: { budget: run.budget }, after: { budget: raised } });
    const more = raised ? `, and may use ${plain(limitWords(raised, run.currency))}` : "";
    await writeSystemComment(tx, scope, {
      run_id: id,
      text: `Resumed by ${plain(caller.actor.name)}${more}`,
    });
    await enqueueAdvance(tx, id, { priority: run.priority });
    // An agent that was told to stop for the budget waits in its worker.
    wakeAfter(tx, { channel: "control", id });
    return readRun(tx, scope);
  });
}

const FIELDS = { tokens: "tokens", cost: "cost", time: "time_ms" } as const;

function refuseTooLittle(over: OverBudget, raised: Budget | null): void {
  const field = FIELDS[over.kind];
  const limit = raised?.[field];
  if (limit !== undefined && limit > over.used) return;
  throw new AppError(
    "BAD_REQUEST",
    `The run has used ${budgetWords(over)}. Say in budget.${field} how much it may use in all, or cancel it.`,
    [{ path: `budget.${field}`, message: `must be more than ${over.used}` }],
  );
}

function limitWords({ tokens, cost, time_ms }: Budget, currency: string | null): string {
  return [
    ...(tokens === undefined ? [] : [`${tokens.toLocaleString("en")} tokens`]),
    ...(cost === undefined ? [] : [`${cost.toLocaleString("en")} ${currency ?? "in cost"}`]),
    ...(time_ms === undefined
      ? []
      : [`${Math.round(time_ms / 60_000).toLocaleString("en")} minutes at work`]),
  ].join(", ");
}
