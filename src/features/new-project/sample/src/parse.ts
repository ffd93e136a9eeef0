import { UNITS } from "./units.js";

const PART = /^([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)\s*/i;

/** Milliseconds of `1h 20m`, `90 seconds` or `1.5d`. Throws a RangeError that quotes what it could not read. */
export function parse(text: string): number {
  let rest = text.trim();
  if (rest === "") throw new RangeError("an empty text is no span of time");
  let total = 0;
  while (rest !== "") {
    const match = PART.exec(rest);
    const unit = match && unitOf(match[2] ?? "");
    if (!match || !unit) throw new RangeError(`cannot read "${rest}" as a span of time`);
    total += Number(match[1]) * unit.ms;
    rest = rest.slice(match[0].length);
  }
  return total;
}

function unitOf(word: string) {
  const name = word.toLowerCase();
  return UNITS.find((unit) => name === unit.short || name === unit.name || name === `${unit.name}s`);
}
