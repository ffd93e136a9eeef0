import { z } from "zod";
import { didYouMean } from "./suggest";

/** Names that are listed where none is near. */
const MAX_LISTED = 20;

/** What is said of each key that a strict object does not have; zod tells of all of them in one issue. */
const unknownKeys = new WeakMap<readonly string[], string[]>();

/**
 * What a call takes: an object with these fields and no other. A field that it does not have is refused, and the
 * fault names the nearest one that it has. Use it for objects inside of an input too, and `z.record` for what is
 * the caller's own.
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

/** What a call takes that takes nothing. */
export const NoInput = inputOf({}).optional();

/** A switch in a query: `?follow=1`. `absent` is what it is where it is not given. */
export const flag = (absent: boolean) =>
  z
    .enum(["1", "0", "true", "false"], { error: "must be 1 or 0" })
    .transform((text) => text === "1" || text === "true")
    .default(absent);

/** `is no field here`, with the nearest known one, or all where none is near. */
export function unknownField(name: string, known: readonly string[]): string {
  const all = known.length > 0 ? `; known here are ${listed(known)}` : "; nothing is taken here";
  return `is no field here${didYouMean(name, known) || all}`;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, MAX_LISTED).join(", ")}${names.length > MAX_LISTED ? ", …" : ""}`;
}

/** The faults of an issue's keys, in their order; for an object that says none the issue's own words. */
export function faultsOfKeys({ keys, message }: { keys: readonly string[]; message: string }): string[] {
  return unknownKeys.get(keys) ?? keys.map(() => message);
}
