/** Methods on texts with positions. These count code points, as `size()` does, so no result splits a character. */
import type { Environment } from "@marcbachmann/cel-js";
import { ExpressionError } from "./template";

/** Limit for the length of the text times that of the searched text, which is what the worst search costs. */
const MAX_WORK = 20_000_000;

/** The methods, by the name of the library's method that each replaces. */
export const SEARCH_METHODS: Record<string, string> = {
  contains: "containsBounded",
  indexOf: "indexOfBounded",
  lastIndexOf: "lastIndexOfBounded",
  split: "splitBounded",
  substring: "substringOfPoints",
};

export function registerSearch(env: Environment): void {
  env.registerFunction("string.containsBounded(string): bool", (text: string, part: string) =>
    inReach(text, part).includes(part),
  );
  env.registerFunction("string.indexOfBounded(string): int", (text: string, part: string) =>
    pointsBefore(text, inReach(text, part).indexOf(part)),
  );
  env.registerFunction(
    "string.indexOfBounded(string, int): int",
    (text: string, part: string, from: bigint) =>
      pointsBefore(text, inReach(text, part).indexOf(part, placeIn(text, from))),
  );
  env.registerFunction("string.lastIndexOfBounded(string): int", (text: string, part: string) =>
    pointsBefore(text, inReach(text, part).lastIndexOf(part)),
  );
  env.registerFunction(
    "string.lastIndexOfBounded(string, int): int",
    (text: string, part: string, from: bigint) =>
      pointsBefore(text, inReach(text, part).lastIndexOf(part, placeIn(text, from))),
  );
  env.registerFunction("string.splitBounded(string): list<string>", (text: string, part: string) =>
    split(inReach(text, part), part, -1),
  );
  env.registerFunction(
    "string.splitBounded(string, int): list<string>",
    (text: string, part: string, most: bigint) => split(inReach(text, part), part, Number(most)),
  );
  env.registerFunction("string.substringOfPoints(int): string", (text: string, start: bigint) =>
    text.slice(placeIn(text, start)),
  );
  env.registerFunction(
    "string.substringOfPoints(int, int): string",
    (text: string, start: bigint, end: bigint) => {
      if (end < start)
        throw new ExpressionError(`substring() cannot end at ${end}, before its start ${start}`);
      return text.slice(placeIn(text, start), placeIn(text, end));
    },
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

/** Code points before a JavaScript index; -1 stays. */
function pointsBefore(text: string, place: number): bigint {
  if (place < 0) return -1n;
  let points = 0n;
  for (let at = 0; at < place; points++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return points;
}

/** The JavaScript index of a position in code points. */
function placeIn(text: string, point: bigint): number {
  let at = 0;
  let left = point;
  for (; left > 0n && at < text.length; left--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  if (left !== 0n) throw new ExpressionError(`there is no place ${point} in the text`);
  return at;
}

/** At most `most` parts, the last with all of the rest; a negative `most` means no limit. */
function split(text: string, separator: string, most: number): string[] {
  if (most === 0) return [];
  const parts = separator === "" ? Array.from(text) : text.split(separator);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}
