import { ExpressionError, interpolate } from "../expressions/expressions";

export { ExpressionError };

/** What a group's expressions may read: it is computed before the run exists. */
export const GROUP_ROOTS = ["args", "project"] as const;

const MAX_GROUP = 200;

/**
 * The name of a run's concurrency group; null where its expressions give an empty text. Throws `ExpressionError` where
 * they cannot be computed or the name is too long.
 */
export function concurrencyGroup(
  template: string,
  { args, project }: { args: Record<string, unknown>; project: { id: string; name: string; slug: string } },
): string | null {
  const run = { id: "", name: "", number: 0 };
  const group = interpolate(template, { args, project, run, steps: {} }).trim();
  if (group.length > MAX_GROUP) throw new ExpressionError(`the group has more than ${MAX_GROUP} characters`);
  return group === "" ? null : group;
}
