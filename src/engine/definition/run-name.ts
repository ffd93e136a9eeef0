import { ExpressionError, type ExpressionScope, interpolate } from "../expressions";

/** As the schema of a run's name has it. */
const MAX_NAME = 200;

/** A computed name as a run can have it: one line, not too long; null where nothing is left of it. */
export function tidyName(text: string): string | null {
  const line = [...text.replace(/[\s\p{Cc}]+/gu, " ").trim()];
  if (line.length === 0) return null;
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME - 1).join("")}…` : line.join("");
}

/** What `run_name` may read: what is known of a run as it is made. Its name is what this gives. */
export const RUN_NAME_ROOTS = ["args", "project", "run"] as const;

/** Whether a `run_name` may read the run's number, which is then to be given ahead of the name. */
export function readsNumber(run_name: string | null): boolean {
  return run_name !== null && /\brun\b/.test(run_name);
}

/** The name that a definition's `run_name` gives this run; null where it cannot be told. */
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
    // An arg that was left out is no reason to refuse the run.
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}
