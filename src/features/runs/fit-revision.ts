import type { CompiledDefinition, CompiledStep } from "../../engine/definition/types";

/** A step of a run as far as it decides whether another revision fits. */
export interface RunStepFacts {
  step_id: string;
  kind: CompiledStep["kind"];
  /** Number of its newest attempt; 0: it has never run. */
  attempt: number;
}

/** What moving a run to another revision changes in its steps, or why it cannot be done. */
export type RevisionFit =
  | { fits: false; reasons: string[] }
  | {
      fits: true;
      /** In the run, never run, and not in the revision. */
      dropped: string[];
      /** In the revision and not in the run. */
      added: CompiledStep[];
    };

/**
 * Whether a run can go on from the step `from` of another revision: what it has done must still be part of it,
 * and nothing new may stand where the run has been already.
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
