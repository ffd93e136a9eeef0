import type { AgentStep, ApprovalStep, FunctionStep, ScriptStep } from "../engine/definition/types";

/** The needs of a step that names none: in a sequence, the step before it. */
const UNNAMED: string[] = [];

/** The steps as a definition has them that names no needs: each after the one before. */
export function inSequence<Step extends { id: string; needs: string[] }>(steps: Step[]): Step[] {
  return steps.map((step, index) => {
    const before = steps[index - 1];
    return step.needs === UNNAMED && before ? { ...step, needs: [before.id] } : step;
  });
}

const common = (id: string) => ({
  id,
  name: id,
  phase: "work",
  needs: UNNAMED,
  if: null,
  continue_on_error: false,
  timeout_ms: 60_000,
  retry: { attempts: 1, delay_ms: 0, backoff: "constant" as const },
  env: {},
});

/** A script step with every default filled in. */
export function scriptStep(id: string, run: string, given: Partial<ScriptStep> = {}): ScriptStep {
  return { ...common(id), kind: "script", run, working_directory: null, artifacts: [], ...given };
}

/** An approval by one member, whoever they are. */
export function approvalStep(id: string, given: Partial<ApprovalStep> = {}): ApprovalStep {
  const approvers = { role: "member" as const, count: 1, allow_self: true };
  return { ...common(id), kind: "approval", prompt: "Go on?", approvers, ...given };
}

/** What code that sleeps asks for. */
export function sleepStep(id: string, sleep_ms: number): FunctionStep {
  return { ...common(id), kind: "function", sleep_ms };
}

/** A step of the agent `player`. */
export function agentStep(id: string, given: Partial<AgentStep> = {}): AgentStep {
  const own = { agent: "player", prompt: "Do it.", working_directory: null, artifacts: [] };
  return { ...common(id), kind: "agent", ...own, ...given };
}
