import type { Artifact } from "../schema";

/** Groups artifacts by step, in the run's order of steps. Steps without artifacts are left out. */
export function groupByStep<S extends { id: string }>(
  steps: readonly S[],
  artifacts: readonly Artifact[],
): { step: S; artifacts: Artifact[] }[] {
  return steps
    .map((step) => ({ step, artifacts: artifacts.filter((each) => each.workflow_run_step_id === step.id) }))
    .filter((group) => group.artifacts.length > 0);
}

/** The artifacts before and after `id` in the displayed order. */
export function neighboursOf(ordered: readonly Artifact[], id: string) {
  const at = ordered.findIndex((artifact) => artifact.id === id);
  return { at, artifact: ordered[at], before: ordered[at - 1], after: at < 0 ? undefined : ordered[at + 1] };
}
