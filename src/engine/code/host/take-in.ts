import type { ZodType } from "zod";

/** A value is not what the definition's own type takes. */
export class NotTaken extends Error {}

/** The value as `type` gives it, itself without one. Throws `NotTaken` that names each wrong part of `what`. */
export async function takeIn(type: ZodType | undefined, value: unknown, what: string): Promise<unknown> {
  if (!type) return value;
  const taken = await type.safeParseAsync(value);
  if (taken.success) return taken.data;
  const faults = taken.error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${[what, ...path].join(".")}: ${message}`);
  throw new NotTaken(faults.join("; "));
}
