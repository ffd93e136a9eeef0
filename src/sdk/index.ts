/** The module that definitions in TypeScript import as `phaseboard`. It does not contact the server. */
import type { ZodType } from "zod";
import type { Workflow, WorkflowOptions } from "./types";

export type * from "./types";

/** Creates a definition; a file in `.agent/workflows/definitions` has it as its default export. */
export function defineWorkflow<
  Args extends ZodType = ZodType<Record<string, never>>,
  Output extends ZodType = ZodType,
>(options: WorkflowOptions<Args, Output>): Workflow {
  return Object.freeze({ ...options, isWorkflow: true }) as unknown as Workflow;
}

/** True for a value made by `defineWorkflow`. */
export function isWorkflow(value: unknown): value is Workflow {
  return typeof value === "object" && value !== null && "isWorkflow" in value;
}

/** Thrown when a step failed and did not have `continueOnError`. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  constructor(
    readonly step_id: string,
    message: string,
    readonly output: unknown = null,
    readonly attempt = 1,
  ) {
    super(message);
  }
}
