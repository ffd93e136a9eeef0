/** Parts of the shapes of definitions and agents. Their messages say what is expected. */
import { z } from "zod";
import { parseDuration } from "./duration";

/** What the editor offers in a value, beside what the shape itself says. */
export interface EditorHints {
  /** Names that stand elsewhere in the definition or in its project. */
  completes?: "agent" | "phase" | "secret" | "step" | "timezone" | "variable";
  /** The value may hold `${{ }}`; what these expressions may read. */
  expressions?: ExpressionPlace;
}
export type ExpressionPlace = "cache" | "condition" | "delivery" | "group" | "head" | "run_name" | "step";

/** The shape with hints for the editor, which its JSON Schema then has as `x-completes` and `x-expressions`. */
export function hinted<T extends z.ZodType>(shape: T, { completes, expressions }: EditorHints): T {
  return shape.meta({
    ...(completes ? { "x-completes": completes } : {}),
    ...(expressions ? { "x-expressions": expressions } : {}),
  });
}

/** The id of a step or a trigger. */
export const IdShape = z
  .string({ error: "an id of lower-case letters, digits, - and _" })
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,63}$/,
    "an id of at most 64 lower-case letters, digits, - and _, beginning with a letter or digit",
  );

export const text = (what: string, max: number) =>
  z.string({ error: what }).min(1, what).max(max, `at most ${max} characters`);

export const list = <T extends z.ZodType>(item: T, what: string, max: number) =>
  z.array(item, { error: `a list of ${what}` }).max(max, `at most ${max} ${what}`);

export function duration(least: string, most: string) {
  const expected = "a duration such as 30s, 10m or 2h";
  const least_ms = parseDuration(least) ?? 0;
  const most_ms = parseDuration(most) ?? 0;
  return z.string({ error: expected }).transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== null && ms >= least_ms && ms <= most_ms) return ms;
    const message = ms === null ? expected : `a duration from ${least} to ${most}`;
    context.issues.push({ code: "custom", message, input: value });
    return z.NEVER;
  });
}
