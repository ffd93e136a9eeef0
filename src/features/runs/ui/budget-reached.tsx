import { budgetWords } from "../../../model/budget-words";
import type { OverBudget } from "../../../model/states";
import { RaiseBudget } from "../../in-run/ui/raise-budget";
import { StatusIcon } from "../../in-run/ui/status-icon";

/** Says that a run is paused since its budget is reached, and offers to raise it. */
export function BudgetReached({
  run,
  over,
  mayRaise,
}: {
  run: { id: string; name: string };
  over: OverBudget;
  mayRaise: boolean;
}) {
  return (
    <section
      aria-label="The budget is reached"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-needs-you-fill/8 px-4 py-2 text-list"
    >
      <StatusIcon status="needs_you" decorative />
      <p className="min-w-0 flex-1 basis-60 text-pretty">
        The budget is reached: {budgetWords(over)}. The run is paused, and no agent of it works until it is
        raised.
      </p>
      {mayRaise ? (
        <RaiseBudget run={run} over={over} />
      ) : (
        <span className="text-meta text-muted">Members of the project can raise it.</span>
      )}
    </section>
  );
}
