import type { ExpressionScope } from "./expressions";
import type { RunFacts, StepState } from "./ports";

/**
 * What the expressions of a run can see at this moment; few steps have any, so it is made once one looks. `failure`:
 * as in `ExpressionScope`.
 */
export function expressionScope(run: RunFacts, steps: StepState[], failure = false): ExpressionScope {
  let seen: ExpressionScope["steps"] | undefined;
  return {
    args: run.args,
    failure,
    get steps() {
      seen ??= Object.fromEntries(
        steps.map(({ step_id, status, output, attempt }) => [step_id, { status, output, attempt }]),
      );
      return seen;
    },
    run: { id: run.id, name: run.name },
    project: { id: run.project.id, name: run.project.name, slug: run.project.slug },
  };
}
