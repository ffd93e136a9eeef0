import { Cron } from "croner";
import { firstInstantOf, nextChange, offsetAt } from "../../lib/local-time";
import { didYouMean } from "../../lib/suggest";
import { cronValueFault } from "./cron-fields";

/** Characters of classic cron. Parsers read `?` and `+` in different ways, so both are refused. */
const FIELD = /^[\dA-Za-z*,/#-]+$/;
const NICKNAMES = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
]);

/** What a fault says is expected. */
export const EXPECTED_CRON =
  "five fields (minute, hour, day, month, weekday) such as 0 7 * * 1-5, or @hourly, @daily, @weekly, @monthly, @yearly";
export const EXPECTED_TIMEZONE = "the name of a time zone such as Europe/Berlin";

const EXPECTED = `expected ${EXPECTED_CRON}`;

/** The expression with single spaces between its fields. */
export const tidyCron = (cron: string) => fieldsOf(cron).join(" ");

/** What is wrong with a schedule's cron expression; null where nothing is. */
export function cronFault(cron: string): string | null {
  if (!NICKNAMES.has(cron)) {
    const fields = fieldsOf(cron);
    if (fields.length > 5 && fields.every((field) => FIELD.test(field))) {
      return "expected five fields, without seconds or years: a schedule fires at most once a minute";
    }
    if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) return EXPECTED;
    const fault = cronValueFault(fields);
    if (fault !== null) return `${fault}; ${EXPECTED}`;
  }
  try {
    return parse(cron).nextRun() ? null : "there is no such day, so it would never fire";
  } catch {
    // The parser's own message is not shown: it names the fields otherwise. `cronValueFault` reports what can be named.
    return EXPECTED;
  }
}

/** What is wrong with the name of a time zone; null where nothing is. */
export function timezoneFault(timezone: string): string | null {
  const known = Intl.supportedValuesOf("timeZone");
  if (timezone === "UTC" || known.includes(timezone)) return null;
  // Outdated names are valid and not on the list. An offset such as +02:00 is refused, since it has no summer time.
  if (/^[A-Za-z]+\/[\w/+-]+$/.test(timezone) && isUsable(timezone)) return null;
  return `expected ${EXPECTED_TIMEZONE}${didYouMean(timezone, known)}`;
}

/**
 * When a schedule fires next after `after`; null: never again. A local time that a clock change skips fires at the
 * gap's end, once for all skipped times; one that comes twice fires the first time. A rule with hour `*` goes by
 * elapsed time instead.
 */
export function nextFire(cron: string, timezone: string, after: Date): Date | null {
  const rule = parse(cron);
  const isEveryHour = fieldsOf(NICKNAMES.get(cron) ?? cron)[1] === "*";
  const next = isEveryHour ? nextShown : nextOnce;
  const at = next(rule, timezone, after.getTime());
  return at === null ? null : new Date(at);
}

/** The next fire by local times, in the order of the first instant of each. */
function nextOnce(rule: Cron, timezone: string, after: number): number | null {
  let local = timeAfter(rule, after + offsetAt(timezone, after));
  while (local !== null) {
    const at = firstInstantOf(timezone, local);
    if (at > after) return at;
    local = timeAfter(rule, local);
  }
  return null;
}

/** The next fire by elapsed time, between one clock change and the next. */
function nextShown(rule: Cron, timezone: string, after: number): number | null {
  let from = after;
  let local = timeAfter(rule, after + offsetAt(timezone, after));
  while (local !== null) {
    const at = local - offsetAt(timezone, from);
    const change = nextChange(timezone, from, at);
    if (change === null) return at;
    from = change;
    local = timeAfter(rule, change + offsetAt(timezone, change) - 1);
  }
  return null;
}

const timeAfter = (rule: Cron, local: number) => rule.nextRun(new Date(local))?.getTime() ?? null;

/** Parsed in UTC, where every local time exists once. */
function parse(cron: string): Cron {
  return new Cron(tidyCron(cron), { timezone: "UTC", mode: "5-part", paused: true });
}

const fieldsOf = (cron: string) => cron.split(/[ \t]+/);

function isUsable(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}
