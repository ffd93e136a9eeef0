import type { Environment } from "@marcbachmann/cel-js";
import { ExpressionError } from "./expressions-template";

/** Characters of the text times those that are looked for: a search that goes wrong compares them all. */
const MAX_WORK = 20_000_000;

/** The methods that search, by the name under which ours take the place of the library's. */
export const SEARCH_METHODS: Record<string, string> = {
  contains: "containsBounded",
  indexOf: "indexOfBounded",
  lastIndexOf: "lastIndexOfBounded",
  split: "splitBounded",
};

export function registerSearch(env: Environment): void {
  env.registerFunction("string.containsBounded(string): bool", (text: string, part: string) =>
    inReach(text, part).includes(part),
  );
  env.registerFunction("string.indexOfBounded(string): int", (text: string, part: string) =>
    BigInt(inReach(text, part).indexOf(part)),
  );
  env.registerFunction(
    "string.indexOfBounded(string, int): int",
    (text: string, part: string, from: bigint) =>
      BigInt(inReach(text, part).indexOf(part, placeIn(text, from))),
  );
  env.registerFunction("string.lastIndexOfBounded(string): int", (text: string, part: string) =>
    BigInt(inReach(text, part).lastIndexOf(part)),
  );
  env.registerFunction(
    "string.lastIndexOfBounded(string, int): int",
    (text: string, part: string, from: bigint) =>
      BigInt(inReach(text, part).lastIndexOf(part, placeIn(text, from))),
  );
  env.registerFunction("string.splitBounded(string): list<string>", (text: string, part: string) =>
    inReach(text, part).split(part),
  );
  env.registerFunction(
    "string.splitBounded(string, int): list<string>",
    (text: string, part: string, most: bigint) => split(inReach(text, part), part, Number(most)),
  );
}

function inReach(text: string, part: string): string {
  if (text.length * part.length > MAX_WORK) {
    throw new ExpressionError(
      `a text of ${text.length} characters is too long to look for ${part.length} characters in it`,
    );
  }
  return text;
}

function placeIn(text: string, from: bigint): number {
  if (from < 0n || from > text.length) throw new ExpressionError(`there is no place ${from} in the text`);
  return Number(from);
}

/** At most `most` parts, the last with all that is left; below zero as many as there are. */
function split(text: string, separator: string, most: number): string[] {
  if (most === 0) return [];
  const parts = text.split(separator);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}
