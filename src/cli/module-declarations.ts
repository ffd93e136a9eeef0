import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../lib/package-root";

/** Declarations of the module's values; its types come from `sdk/types.ts`. */
const VALUES = `
/** Makes a definition; a file in \`.agent/workflows/definitions\` gives it as its default export. */
export function defineWorkflow<
  Args extends ZodType = ZodType<Record<string, never>>,
  Output extends ZodType = ZodType,
>(options: WorkflowOptions<Args, Output>): Workflow;

/** A step failed and its options did not say to go on. */
export class StepFailed extends Error {
  readonly step_id: string;
  readonly output: unknown;
  readonly attempt: number;
}
`;

/** Declares the module `phaseboard` for editors, in projects where it is not installed. */
export async function declareModule(): Promise<string> {
  const types = await readFile(join(packageRoot(), "src", "sdk", "types.ts"), "utf8");
  const body = `${types}${VALUES}`.replaceAll(/^(?=.)/gm, "  ");
  return `// Written by \`phaseboard types\`. Changes are lost when it is written again.

declare module "phaseboard" {
${body}}
`;
}
