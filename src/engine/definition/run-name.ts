import { ExpressionError, type ExpressionScope, interpolate } from "../expressions/expressions";

/** The same limit as in the schema of a run. */
const MAX_NAME = 200;

/** A computed name as one line within the limit; null where it is empty. */
export function tidyName(text: string): string | null {
  const line = [...text.replace(/[\s\p{Cc}]+/gu, " ").trim()];
  if (line.length === 0) return null;
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME - 1).join("")}…` : line.join("");
}

/** What `run_name` may read: it is computed while the run is made. */
export const RUN_NAME_ROOTS = ["args", "project", "run"] as const;

/** Whether a `run_name` reads the run's number, which then has to be assigned before the name. */
export function readsNumber(run_name: string | null): boolean {
  return run_name !== null && /\brun\b/.test(run_name);
}

/** The name that `run_name` gives this run; null where it cannot be computed. */
export function computedName(
  run_name: string | null,
  {
    args,
    project,
    run,
  }: Pick<ExpressionScope, "args" | "project"> & { run: Pick<ExpressionScope["run"], "id" | "number"> },
): string | null {
  if (run_name === null) return null;
  const scope: ExpressionScope = { args, project, steps: {}, run: { ...run, name: "" } };
  try {
    return tidyName(interpolate(run_name, scope));
  } catch (error) {
    // The run keeps its default name where an expression fails, as with an arg that was left out.
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}
