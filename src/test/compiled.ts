import type { ScriptStep } from "../engine/definition/types";

/** The needs of a step that names none: in a sequence, the step before it. */
const UNNAMED: string[] = [];

/** The steps as a definition has them that names no needs: each after the one before. */
export function inSequence<Step extends { id: string; needs: string[] }>(steps: Step[]): Step[] {
  return steps.map((step, index) => {
    const before = steps[index - 1];
    return step.needs === UNNAMED && before ? { ...step, needs: [before.id] } : step;
  });
}

/** A script step with every default filled in. */
export function scriptStep(id: string, run: string, given: Partial<ScriptStep> = {}): ScriptStep {
  return {
    id,
    name: id,
    phase: "work",
    kind: "script",
    run,
    needs: UNNAMED,
    if: null,
    continue_on_error: false,
    timeout_ms: 60_000,
    retry: { attempts: 1, delay_ms: 0, backoff: "constant" },
    env: {},
    working_directory: null,
    artifacts: [],
    ...given,
  };
}
