import { budgetWords } from "../../../model/budget-words";
import type { OverBudget } from "../../../model/states";
import { RaiseBudget } from "../../in-run/ui/raise-budget";
import { useProject } from "../../projects/ui/project-provider";

/** A card of a run whose budget is reached, with what a member can do about it. */
export function CardBudget({
  run,
  over,
  onDone,
}: {
  run: { id: string; name: string };
  over: OverBudget;
  onDone: () => void;
}) {
  const writes = useProject().may("run:write");
  return (
    <div className="relative z-10 flex flex-col items-start gap-1.5 pl-[22px] text-meta text-muted">
      <p className="text-pretty">The budget is reached: {budgetWords(over)}</p>
      {writes ? <RaiseBudget run={run} over={over} onDone={onDone} /> : null}
    </div>
  );
}
