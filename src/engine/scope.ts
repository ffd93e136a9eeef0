import type { ExpressionScope } from "./expressions";
import type { RunFacts, StepState } from "./ports";

/** What the expressions of a run can see at this moment. */
export function expressionScope(run: RunFacts, steps: StepState[]): ExpressionScope {
  return {
    args: run.args,
    steps: Object.fromEntries(
      steps.map(({ step_id, status, output, attempt }) => [step_id, { status, output, attempt }]),
    ),
    run: { id: run.id, name: run.name },
    project: { id: run.project.id, name: run.project.name, slug: run.project.slug },
  };
}
