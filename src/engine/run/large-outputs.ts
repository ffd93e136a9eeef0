/**
 * Large outputs stay in their rows while a run is moved: hundreds of them would fill the worker's memory. One is read
 * when an expression or the code of a definition asks for it.
 */

import { KEPT_OUTPUT_BYTES, type RunState, type StepState } from "../../journal/run-state";
import type { Entry } from "../../model/entry";
import type { CompiledStep } from "../definition/types";
import { ExpressionError, stepsRead } from "../expressions/expressions";
import { expressionsOf } from "../expressions/template";

/** Outputs by the id of their step's row. */
export type Outputs = Map<string, unknown>;

/** The state without the large outputs of these entries, which are in their rows once recorded. */
export function leaveLarge(state: RunState, recorded: readonly Entry[]): RunState {
  const large = new Set(
    recorded.flatMap((entry) =>
      entry.kind === "ended" && JSON.stringify(entry.output ?? null).length > KEPT_OUTPUT_BYTES
        ? entry.row_id
        : [],
    ),
  );
  if (large.size === 0) return state;
  const steps = state.steps.map((step) =>
    // The step may have been started again by the same entries.
    large.has(step.row_id) && step.output !== null ? { ...step, output: null, output_left: true } : step,
  );
  return { ...state, steps };
}

/** The steps with the outputs that were read filled in. */
export function withOutputs(steps: StepState[], outputs: Outputs): StepState[] {
  if (outputs.size === 0) return steps;
  return steps.map((step) =>
    step.output_left && outputs.has(step.row_id)
      ? { ...step, output: outputs.get(step.row_id), output_left: false }
      : step,
  );
}

/** Rows of left outputs that the expressions of the starting steps `begin` read. */
export function leftAndRead(steps: readonly StepState[], begin: readonly CompiledStep[]): string[] {
  const left = new Map(steps.filter((step) => step.output_left).map((step) => [step.step_id, step.row_id]));
  if (left.size === 0) return [];
  return [...new Set(begin.flatMap(readBy))].flatMap((id) => left.get(id) ?? []);
}

/** Ids of the steps that a step's expressions read, apart from its `if`. */
function readBy(step: CompiledStep): string[] {
  const texts = [
    ...Object.values(step.env),
    ...("prompt" in step ? [step.prompt] : []),
    ...("working_directory" in step ? [step.working_directory ?? ""] : []),
    ...("artifacts" in step ? (step.artifacts ?? []) : []),
  ];
  return texts.flatMap((text) => {
    try {
      return expressionsOf(text).flatMap(stepsRead);
    } catch (error) {
      // The fault is reported where the expression is evaluated.
      if (error instanceof ExpressionError) return [];
      throw error;
    }
  });
}
