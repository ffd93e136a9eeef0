import { toJSONSchema, type ZodType } from "zod";
import { isWorkflow } from "../../../sdk/index";
import type { CodeDescription } from "../protocol";

/** Something is wrong with what a definition gives; the message says what was expected. */
export class NotAWorkflow extends Error {}

/** What a definition's default export says of itself, as data. Throws `NotAWorkflow`. */
export function describeWorkflow(exported: unknown): CodeDescription {
  if (!isWorkflow(exported)) {
    throw new NotAWorkflow("the file must give `defineWorkflow({ … })` of phaseboard as its default export");
  }
  const { name, description = "", phases, args, is_template = false, run } = exported;
  if (typeof run !== "function") throw new NotAWorkflow("defineWorkflow needs a function `run`");
  return { name, description, phases: [...phases], args_schema: schemaOf(args), is_template };
}

function schemaOf(args: ZodType | undefined): Record<string, unknown> | null {
  if (args === undefined) return null;
  try {
    const { $schema: _, ...schema } = toJSONSchema(args, { io: "input" });
    return schema;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NotAWorkflow(`its args are no object that a form can ask for: ${reason}`);
  }
}
