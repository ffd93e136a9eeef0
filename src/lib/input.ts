import { z } from "zod";
import { didYouMean } from "./suggest";

/** Number of known names that a message lists where none is similar. */
const MAX_LISTED = 20;

/** A message for each unknown key, by zod's list of the keys; zod reports them in one issue. */
const unknownKeys = new WeakMap<readonly string[], string[]>();

/**
 * The schema of a call's input: an object with these fields only. The fault for an unknown field names the most similar
 * known one. Use it for nested objects too, and `z.record` for free keys.
 */
export function inputOf<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      const known = Object.keys((issue.inst as unknown as z.ZodObject).shape);
      const faults = issue.keys.map((key) => unknownField(key, known));
      unknownKeys.set(issue.keys, faults);
      return faults.join("; ");
    },
  });
}

/** The input of a call without parameters. */
export const NoInput = inputOf({}).optional();

/** A switch in a query such as `?follow=1`. `absent`: its value where it is not given. */
export const flag = (absent: boolean) =>
  z
    .enum(["1", "0", "true", "false"], { error: "must be 1 or 0" })
    .transform((text) => text === "1" || text === "true")
    .default(absent);

/** `is no field here`, with the most similar known name, or all names. */
export function unknownField(name: string, known: readonly string[]): string {
  const all = known.length > 0 ? `; known here are ${listed(known)}` : "; nothing is taken here";
  return `is no field here${didYouMean(name, known) || all}`;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, MAX_LISTED).join(", ")}${names.length > MAX_LISTED ? ", …" : ""}`;
}

/** One message for each unknown key, in order; the issue's own message where there are none. */
export function faultsOfKeys({ keys, message }: { keys: readonly string[]; message: string }): string[] {
  return unknownKeys.get(keys) ?? keys.map(() => message);
}
