/*
 * Local times of a time zone. A local time is a number: the milliseconds since 1970 at which a clock in UTC shows the
 * same.
 */

const DAY_MS = 24 * 60 * 60_000;

/** Making a format is much slower than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      ...{ hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "numeric", minute: "numeric", second: "numeric" },
    });
    formats.set(timezone, format);
  }
  return format;
}

/** Milliseconds by which the zone is ahead of UTC at an instant. Throws RangeError for an unknown zone. */
export function offsetAt(timezone: string, instant: number): number {
  if (timezone === "UTC") return 0;
  const second = Math.floor(instant / 1000) * 1000;
  // Twice as fast as `formatToParts`.
  const shown = formatOf(timezone).format(second).match(/\d+/g) ?? [];
  const [month = 1, day = 1, year = 1970, hour, minute, seconds] = shown.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

/** The first instant at which the zone's clocks show `local`. If they skip that time, the end of the gap. */
export function firstInstantOf(timezone: string, local: number): number {
  // Every zone is less than a day off UTC, so these two lie before and after a near clock change.
  const before = offsetAt(timezone, local - DAY_MS);
  const after = offsetAt(timezone, local + DAY_MS);
  const earlier = local - Math.max(before, after);
  const later = local - Math.min(before, after);
  if (earlier + offsetAt(timezone, earlier) === local) return earlier;
  if (later + offsetAt(timezone, later) === local) return later;
  return changeIn(timezone, earlier, later);
}

/** The first clock change after `from` and up to `until`; null where there is none. */
export function nextChange(timezone: string, from: number, until: number): number | null {
  const offset = offsetAt(timezone, from);
  for (let at = from; at < until; ) {
    const next = Math.min(at + DAY_MS, until);
    if (offsetAt(timezone, next) !== offset) return changeIn(timezone, at, next);
    at = next;
  }
  return null;
}

/** The clock change between two instants with different offsets, to the second. */
function changeIn(timezone: string, from: number, until: number): number {
  const offset = offsetAt(timezone, from);
  let last = Math.floor(from / 1000);
  let first = Math.floor(until / 1000);
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offsetAt(timezone, middle * 1000) === offset) last = middle;
    else first = middle;
  }
  return first * 1000;
}
