interface Field {
  name: string;
  min: number;
  max: number;
  names?: string[];
}

const FIELDS: Field[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ") },
  { name: "weekday", min: 0, max: 7, names: "SUN MON TUE WED THU FRI SAT".split(" ") },
];

/** What of a value is not its number or name: the last (`L`), the nearest working day (`W`), the nth (`#2`). */
const SUFFIX = /(?:#(?:\d+|L)|LW?|W)$/i;

/**
 * Which of the five fields' values is out of bounds, named as it was written; null where none is. The parser counts some
 * of them from 0 by the time that it complains.
 */
export function cronValueFault(fields: string[]): string | null {
  for (const [index, field] of FIELDS.entries()) {
    for (const part of (fields[index] ?? "").split(",")) {
      const fault = partFault(part, field);
      if (fault !== null) return fault;
    }
  }
  return null;
}

function partFault(part: string, field: Field): string | null {
  const [range = "", step, ...more] = part.split("/");
  const most = field.max + 1 - field.min;
  if (more.length > 0 || (step !== undefined && !isWithin(step, 1, most))) {
    return `the ${field.name} "${part}" has no step from 1 to ${most} behind its /`;
  }
  if (range === "*") return null;
  const wrong = range.split("-").find((value) => !isValue(value, field));
  if (wrong === undefined) return null;
  const words = field.names ? ` or ${field.names[0]} to ${field.names.at(-1)}` : "";
  const found = wrong === part ? `"${part}"` : `"${wrong}" of "${part}"`;
  return `the ${field.name} ${found} is not ${field.min} to ${field.max}${words}`;
}

function isValue(value: string, { min, max, names = [] }: Field): boolean {
  const bare = value.replace(SUFFIX, "");
  return (bare === "" && value !== "") || isWithin(bare, min, max) || names.includes(bare.toUpperCase());
}

const isWithin = (text: string, min: number, max: number) =>
  /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
