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

/**
 * Says which value of the five fields is out of bounds, as the author wrote it; null where all are right. Covers all
 * that the parser refuses: the parser's messages use other names for the fields and count some from 0.
 */
export function cronValueFault(fields: string[]): string | null {
  for (const [index, field] of FIELDS.entries()) {
    const parts = (fields[index] ?? "").split(",");
    for (const part of parts) {
      const fault = partFault(part, field, parts.length === 1);
      if (fault !== null) return fault;
    }
  }
  return null;
}

function partFault(part: string, field: Field, isAlone: boolean): string | null {
  const { name, max, min, names } = field;
  const [range = "", step, ...more] = part.split("/");
  const most = max + 1 - min;
  if (more.length > 0 || (step !== undefined && !isWithin(step, 1, most))) {
    return `the ${name} "${part}" has no step from 1 to ${most} behind its /`;
  }
  if (range === "*") return null;
  const own = name === "day" ? dayOf(range) : name === "weekday" ? weekdayOf(range) : { bare: range };
  const values = own.bare.split("-");
  const wrong = own.bare === "" && "suffix" in own ? undefined : values.find((each) => !isValue(each, field));
  if (wrong !== undefined) {
    const words = names ? ` or ${names[0]} to ${names.at(-1)}` : "";
    const found = values.length === 1 ? `"${part}"` : `"${wrong}" of "${part}"`;
    return `the ${name} ${found} is not ${min} to ${max}${words}`;
  }
  if ("suffix" in own) {
    const fault = own.faultOf({ isAlone: isAlone && step === undefined, values });
    if (fault !== null || step !== undefined) return `the ${name} "${part}": ${fault ?? NO_STEP}`;
  }
  return rangeFault(values, step !== undefined, field, part);
}

function rangeFault(values: string[], hasStep: boolean, field: Field, part: string): string | null {
  const named = `the ${field.name} "${part}"`;
  const [from = "", to, ...more] = values;
  if (more.length > 0) return `${named} is no range: write its first and its last, as in 1-5`;
  if (to === undefined) return hasStep ? `${named} needs * or a range before its /, as in */2` : null;
  // `SUN` is both the first and the last weekday.
  const last = to.toUpperCase() === "SUN" ? 7 : numberOf(to, field);
  if (numberOf(from, field) <= last) return null;
  return `${named} ends before it begins: write two ranges with a comma between them`;
}

const NO_STEP = "it takes no step behind a /";

interface Suffixed {
  /** The text before the suffix. */
  bare: string;
  suffix: string;
  faultOf(at: { isAlone: boolean; values: string[] }): string | null;
}

/** Splits a day's suffix off: the last day (`L`), the last working day (`LW`), the nearest working day (`15W`). */
function dayOf(range: string): Suffixed | { bare: string } {
  if (/^LW?$/i.test(range)) {
    const suffix = range.toUpperCase();
    const stands = "LW stands alone, in no list";
    return { bare: "", suffix, faultOf: ({ isAlone }) => (suffix === "L" || isAlone ? null : stands) };
  }
  if (!/\dW$/i.test(range)) return { bare: range };
  const faultOf: Suffixed["faultOf"] = ({ values }) =>
    values.length === 1 ? null : "W stands behind one day, as in 15W";
  return { bare: range.slice(0, -1), suffix: "W", faultOf };
}

/** Splits a weekday's suffix off: the nth (`1#2`) or the last (`5L`, `5#L`) of that weekday in the month. */
function weekdayOf(range: string): Suffixed | { bare: string } {
  const [suffix] = /#.*$|(?<=.)L$/i.exec(range) ?? [];
  if (suffix === undefined || suffix.length === range.length) return { bare: range };
  const faultOf = () =>
    /^(?:L|#L|#0*[1-5])$/i.test(suffix) ? null : "which of the month's stands behind #, 1 to 5 or L";
  return { bare: range.slice(0, -suffix.length), suffix, faultOf };
}

function isValue(value: string, { min, max, names = [] }: Field): boolean {
  return isWithin(value, min, max) || names.includes(value.toUpperCase());
}

/** The number of a valid value, which may be a name. */
function numberOf(value: string, { min, names = [] }: Field): number {
  const index = names.indexOf(value.toUpperCase());
  return index < 0 ? Number(value) : index + min;
}

const isWithin = (text: string, min: number, max: number) =>
  /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
