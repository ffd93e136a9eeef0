import type { ZodType } from "zod";
import { isWorkflow } from "../../../sdk";
import type { CodeDescription } from "../protocol";
import { loadZod } from "./zod";

/** The default export of a definition is not what is expected; the message says what is. */
export class NotAWorkflow extends Error {
  constructor(
    message: string,
    /** The option of `defineWorkflow` that is wrong. */
    readonly option?: string,
  ) {
    super(message);
  }
}

/** A definition's name, phases and args as data, from its default export. Throws `NotAWorkflow`. */
export function describeWorkflow(exported: unknown): CodeDescription {
  if (!isWorkflow(exported)) {
    throw new NotAWorkflow("the file must give `defineWorkflow({ … })` of phaseboard as its default export");
  }
  const { isWorkflow: _, run, args, output, ...said } = exported;
  if (typeof run !== "function") throw new NotAWorkflow("defineWorkflow needs a function `run`");
  return {
    ...said,
    args_schema: schemaOf("args", args, "are no object that a form can ask for"),
    output_schema: schemaOf("output", output, "is nothing that JSON is checked by", "output"),
  };
}

function schemaOf(
  option: string,
  type: ZodType | undefined,
  fault: string,
  io: "input" | "output" = "input",
): Record<string, unknown> | null {
  if (type === undefined) return null;
  try {
    const { $schema: _, ...schema } = loadZod().toJSONSchema(type, { io });
    return schema;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NotAWorkflow(`its ${option} ${fault}: ${reason}`, option);
  }
}
