import type { ZodType } from "zod";

/** A value does not fit the type that the definition gives. */
export class NotTaken extends Error {}

/** The value as `type` parses it, or as it is without one. Throws `NotTaken`, which names each wrong part of `what`. */
export async function takeIn(type: ZodType | undefined, value: unknown, what: string): Promise<unknown> {
  if (!type) return value;
  const taken = await type.safeParseAsync(value);
  if (taken.success) return taken.data;
  const faults = taken.error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${[what, ...path].join(".")}: ${message}`);
  throw new NotTaken(faults.join("; "));
}
