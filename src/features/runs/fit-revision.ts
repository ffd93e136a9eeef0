import type { CompiledDefinition, CompiledStep } from "../../engine/definition/types";

/** The facts about a run's step that decide whether another revision fits. */
export interface RunStepFacts {
  step_id: string;
  kind: CompiledStep["kind"];
  /** Number of its newest attempt; 0 if it has never run. */
  attempt: number;
}

/** How the run's steps change with another revision, or why the revision does not fit. */
export type RevisionFit =
  | { fits: false; reasons: string[] }
  | {
      fits: true;
      /** Steps of the run that never ran and are not in the revision. */
      dropped: string[];
      /** Steps of the revision that the run does not have. */
      added: CompiledStep[];
    };

/**
 * Whether a run can continue from step `from` of another revision: steps that have run must still be in it,
 * and no new step may come before `from`.
 */
export function fitRevision(
  steps: readonly RunStepFacts[],
  definition: Pick<CompiledDefinition, "steps">,
  from: string,
): RevisionFit {
  const own = new Map(steps.map((step) => [step.step_id, step]));
  const place = definition.steps.findIndex((step) => step.id === from);
  const there = new Set(definition.steps.map((step) => step.id));
  const gone = steps.filter((step) => !there.has(step.step_id));
  const added = definition.steps.filter((step) => !own.has(step.id));
  const kept = definition.steps.slice(0, place);
  const reasons = [
    ...(place < 0 ? [`it has no step "${from}"`] : []),
    ...gone.filter((step) => step.attempt > 0).map((step) => `"${step.step_id}" has run and is gone from it`),
    ...kept.flatMap((step) => {
      const run = own.get(step.id);
      if (!run) return [`"${step.id}" is new and stands before "${from}", so it would never run`];
      return run.kind === step.kind ? [] : [`"${step.id}" was of type ${run.kind} and is ${step.kind} now`];
    }),
  ];
  if (reasons.length > 0) return { fits: false, reasons };
  return { fits: true, dropped: gone.map((step) => step.step_id), added };
}
