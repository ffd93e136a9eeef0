import { ExpressionError, interpolate } from "../expressions/expressions";

export { ExpressionError };

/** What these expressions may read: they are computed before the run exists. */
export const GROUP_ROOTS = ["args", "project"] as const;

const MAX_LENGTH = 200;

/**
 * A text of the definition for one run, such as its concurrency group or base; null where its expressions give an empty
 * text. Throws `ExpressionError` where they cannot be computed or the text is too long.
 */
export function textOfRun(
  template: string,
  { args, project }: { args: Record<string, unknown>; project: { id: string; name: string; slug: string } },
): string | null {
  const run = { id: "", name: "", number: 0 };
  const text = interpolate(template, { args, project, run, steps: {} }).trim();
  if (text.length > MAX_LENGTH) throw new ExpressionError(`it has more than ${MAX_LENGTH} characters`);
  return text === "" ? null : text;
}
