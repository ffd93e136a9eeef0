import type { ScriptStep } from "../engine/definition/types";

/** A script step with every default filled in. */
export function scriptStep(id: string, run: string, given: Partial<ScriptStep> = {}): ScriptStep {
  return {
    id,
    name: id,
    phase: "work",
    kind: "script",
    run,
    needs: [],
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
