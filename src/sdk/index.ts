/** What a definition in TypeScript imports as `phaseboard`. Nothing here reaches the server. */
import type { ZodType } from "zod";
import type { Workflow, WorkflowOptions } from "./types";

export type * from "./types";

/** Makes a definition; a file in `.agent/workflows/definitions` gives it as its default export. */
export function defineWorkflow<
  Args extends ZodType = ZodType<Record<string, never>>,
  Output extends ZodType = ZodType,
>(options: WorkflowOptions<Args, Output>): Workflow {
  return Object.freeze({ ...options, isWorkflow: true }) as unknown as Workflow;
}

/** True for what `defineWorkflow` gave. */
export function isWorkflow(value: unknown): value is Workflow {
  return typeof value === "object" && value !== null && "isWorkflow" in value;
}

/** A step failed and its options did not say to go on. */
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
