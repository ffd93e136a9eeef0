const IS_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
const ON_WIRE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The times in an answer, by where they stand in it. */
export function timesIn(value: unknown, at = ""): [at: string, time: string][] {
  if (typeof value === "string") return IS_TIME.test(value) ? [[at, value]] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => timesIn(inner, `${at}.${key}`));
}

/** Those of them that have another number of digits than all, so that they would not sort as text. */
export function oddTimes(value: unknown): string[] {
  return timesIn(value).flatMap(([at, time]) => (ON_WIRE.test(time) ? [] : [`${at}: ${time}`]));
}
