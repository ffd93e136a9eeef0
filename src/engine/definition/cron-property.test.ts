import { describe, expect, it } from "vitest";
import { nextFire } from "./cron";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** With the years in which to look for changes of their clocks. */
const ZONES: [string, number, number][] = [
  ["Europe/Berlin", 2027, 2027],
  ["America/New_York", 2026, 2026],
  ["America/Sao_Paulo", 2017, 2017],
  ["Africa/Cairo", 2024, 2024],
  ["Asia/Beirut", 2025, 2025],
  ["America/Asuncion", 2023, 2023],
  ["Australia/Lord_Howe", 2026, 2026],
  ["Pacific/Apia", 2011, 2011],
  ["Pacific/Chatham", 2026, 2026],
  ["Africa/Casablanca", 2026, 2026],
  ["Antarctica/Troll", 2026, 2026],
  ["America/Caracas", 2016, 2016],
  ["Asia/Pyongyang", 2018, 2018],
  ["Asia/Kathmandu", 2026, 2026],
];

const RULES = [
  ["0 2,5 * * *", "*/15 2 * * *", "0 */2 * * *", "30 2 * * *", "0 3 * * *", "0 0 * * *", "*/20 0 * * *"],
  ["0 * * * *", "*/25 * * * *", "59 * * * 0", "0 * 1-15 * *", "45 1 * * *", "10,40 1-3 * * *", "* 2 * * *"],
  [
    "0 9 1 * 1-5",
    "15 0-23 * * *",
    "59 23 * * *",
    "0 12 30 12 *",
    "5 0 * * 0,6",
    "0 1 */2 * *",
    "* * * 3,10 *",
  ],
].flat();

/** A small generator, so that each run of the test has the same rules. */
function randomRules(count: number): string[] {
  let seed = 7;
  const below = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * n);
  };
  const field = (least: number, most: number, odds: number) => {
    if (below(10) < odds) return "*";
    const from = least + below(most - least + 1);
    return [
      `${from}`,
      `${least}-${from}`,
      `*/${1 + below(most)}`,
      `${from},${least + below(most - least + 1)}`,
    ][below(4)];
  };
  return Array.from(
    { length: count },
    () => `${field(0, 59, 1)} ${field(0, 23, 3)} ${field(1, 31, 7)} ${field(1, 12, 8)} ${field(0, 6, 7)}`,
  );
}

function valuesOf(field: string, least: number, most: number): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", step = "1"] = part.split("/");
    const [from = least, to = from] = range === "*" ? [least, most] : range.split("-").map(Number);
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return values;
}

/** Whether a local time is one of the rule's, as cron reads it. */
function matcherOf(rule: string): (local: number) => boolean {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = rule.split(" ");
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const days = valuesOf(day, 1, 31);
  const months = valuesOf(month, 1, 12);
  const weekdays = valuesOf(weekday, 0, 6);
  return (local) => {
    const at = new Date(local);
    if (!minutes.has(at.getUTCMinutes()) || !hours.has(at.getUTCHours())) return false;
    if (!months.has(at.getUTCMonth() + 1)) return false;
    const isDay = days.has(at.getUTCDate());
    const isWeekday = weekdays.has(at.getUTCDay());
    if (day === "*") return isWeekday;
    return weekday === "*" ? isDay : isDay || isWeekday;
  };
}

/** What the clocks of a zone show, minute by minute. */
function clockOf(timezone: string) {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return (instant: number) => Date.parse(`${format.format(instant).replace(" ", "T")}Z`);
}

/** Days in the zone around which something changes: there, nothing is taken for granted. */
function* windows(show: (instant: number) => number, from: number, to: number): Generator<number> {
  const end = Date.UTC(to + 1, 0, 2);
  for (let at = Date.UTC(from, 0, 2); at < end; at += DAY) {
    if (show(at) - at !== show(at + DAY) - (at + DAY)) yield at;
  }
}

/** Every fire in the minutes, by counting them. */
function countFires(rule: string, first: number, shown: number[]): number[] {
  const matches = matcherOf(rule);
  const isEveryHour = rule.split(" ")[1] === "*";
  const fires: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  shown.forEach((local, index) => {
    let isDue = matches(local) && (isEveryHour || local > latest);
    if (!isEveryHour && latest > 0) {
      for (let skipped = latest + MINUTE; skipped < local && !isDue; skipped += MINUTE)
        isDue = matches(skipped);
    }
    latest = Math.max(latest, local);
    if (isDue) fires.push(first + index * MINUTE);
  });
  return fires;
}

describe("every fire, held against a count of the minutes around a change of the clocks", () => {
  const rules = [...RULES, ...randomRules(8)];

  it.each(ZONES)(
    "in %s from %i to %i",
    (timezone, from, to) => {
      const show = clockOf(timezone);
      const starts = [...windows(show, from, to)];
      if (timezone !== "Asia/Kathmandu") expect(starts.length).toBeGreaterThan(0);
      // A zone whose clocks stay as they are is looked at all the same.
      for (const start of starts.length > 0 ? starts : [Date.UTC(from, 5, 1)]) {
        const first = start - 12 * HOUR;
        const shown = Array.from({ length: 42 * 60 }, (_, minute) => show(first + minute * MINUTE));
        // What was shown ahead of the first minute is not counted, so the first hours are left out of the comparison.
        const since = start - 6 * HOUR;
        const until = first + shown.length * MINUTE;
        for (const rule of rules) {
          const expected = countFires(rule, first, shown).filter((at) => at > since);
          const found: number[] = [];
          for (let at = since; ; ) {
            const next = nextFire(rule, timezone, new Date(at))?.getTime() ?? until;
            if (next >= until) break;
            found.push(next);
            at = next;
            if (found.length > expected.length) break;
          }
          const told = (times: number[]) => times.map((at) => new Date(at).toISOString());
          expect([rule, ...told(found)]).toEqual([rule, ...told(expected)]);
        }
      }
    },
    30_000,
  );
});
