import type { StepState } from "../../journal/run-state";
import type { ExpressionScope } from "../expressions/expressions";
import type { RunFacts } from "./ports";

/**
 * What the expressions of a run can read now; computed on first use, since few steps have any. `failure`: as in
 * `ExpressionScope`. `missed` collects rows whose large outputs are read and not in memory; the computed value is then
 * void.
 */
export function expressionScope(
  run: RunFacts,
  steps: StepState[],
  { failure = false, missed }: { failure?: boolean; missed?: Set<string> | undefined } = {},
): ExpressionScope {
  let seen: ExpressionScope["steps"] | undefined;
  return {
    args: run.args,
    failure,
    get steps() {
      seen ??= Object.fromEntries(
        steps.map(({ row_id, step_id, status, output, output_left, attempt }) => {
          if (!output_left) return [step_id, { status, output, attempt }];
          const miss = () => {
            if (!missed) throw new Error(`the output of ${step_id} was not read`);
            missed.add(row_id);
            return null;
          };
          return [step_id, Object.defineProperty({ status, output, attempt }, "output", { get: miss })];
        }),
      );
      return seen;
    },
    run: { id: run.id, name: run.name, number: run.number },
    project: { id: run.project.id, name: run.project.name, slug: run.project.slug },
  };
}
