import type { CompiledStep } from "../definition/types";
import { ExpressionError, type ExpressionScope, interpolate } from "../expressions/expressions";
import type { RunFacts } from "./ports";

/** A step with its expressions filled in, or why one cannot be computed. */
export type Resolved = { step: CompiledStep; refusal: null } | { step: CompiledStep; refusal: string };

/** Fills `${{ }}` in, but never in a script's `run`, so that no value becomes shell text. */
export function resolveStep({ definition }: RunFacts, step: CompiledStep, scope: ExpressionScope): Resolved {
  // A definition in TypeScript has no expressions; `${{` in its values is plain data.
  if (definition.code !== undefined) return { step, refusal: null };
  const fill = (field: string, template: string): string => {
    try {
      return interpolate(template, scope);
    } catch (error) {
      if (error instanceof ExpressionError) throw new ExpressionError(`${field}: ${error.message}`);
      throw error;
    }
  };
  try {
    const env = Object.fromEntries(
      Object.entries(step.env).map(([name, value]) => [name, fill(`env.${name}`, value)]),
    );
    return { step: fillKind({ ...step, env }, fill), refusal: null };
  } catch (error) {
    if (error instanceof ExpressionError) return { step, refusal: error.message };
    throw error;
  }
}

function fillKind(step: CompiledStep, fill: (field: string, template: string) => string): CompiledStep {
  if (step.kind === "function") return step;
  if (step.kind === "approval") return { ...step, prompt: fill("prompt", step.prompt) };
  const working_directory =
    step.working_directory === null ? null : fill("working_directory", step.working_directory);
  const artifacts = step.artifacts.map((glob) => fill("artifacts", glob));
  if (step.kind === "script") return { ...step, working_directory, artifacts };
  return { ...step, working_directory, artifacts, prompt: fill("prompt", step.prompt) };
}
