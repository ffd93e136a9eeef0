import { Cron } from "croner";
import { didYouMean } from "../../lib/suggest";

/** What classic cron knows; `?` and `+` mean something else to every reader of them. */
const FIELD = /^[\dA-Za-z*,/#-]+$/;
const NICKNAMES = ["@hourly", "@daily", "@weekly", "@monthly", "@yearly"];

const EXPECTED =
  "expected five fields (minute, hour, day, month, weekday) such as 0 7 * * 1-5, or @hourly, @daily, @weekly, @monthly, @yearly";

/** What is wrong with a schedule's cron expression; null where nothing is. */
export function cronFault(cron: string): string | null {
  if (!NICKNAMES.includes(cron)) {
    const fields = cron.split(/ +/);
    if (fields.length > 5 && fields.every((field) => FIELD.test(field))) {
      return "expected five fields, without seconds or years: a schedule fires at most once a minute";
    }
    if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) return EXPECTED;
  }
  try {
    return parse(cron, "UTC").nextRun() ? null : "there is no such day, so it would never fire";
  } catch (error) {
    return `${tidy(error)}; ${EXPECTED}`;
  }
}

/** What is wrong with the name of a time zone; null where nothing is. */
export function timezoneFault(timezone: string): string | null {
  const known = Intl.supportedValuesOf("timeZone");
  if (timezone === "UTC" || known.includes(timezone)) return null;
  // Names that were replaced are not on the list; an offset would not know of summer time.
  if (/^[A-Za-z]+\/[\w/+-]+$/.test(timezone) && isUsable(timezone)) return null;
  return `expected the name of a time zone such as Europe/Berlin${didYouMean(timezone, known)}`;
}

/**
 * When a schedule fires next after `after`. A time that a change to summer time leaves out is made up for right
 * after the change; one that comes twice in autumn fires the first time. Null: never again.
 */
export function nextFire(cron: string, timezone: string, after: Date): Date | null {
  return parse(cron, timezone).nextRun(after);
}

function parse(cron: string, timezone: string): Cron {
  return new Cron(cron, { timezone, mode: "5-part", paused: true });
}

function isUsable(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}

/** `CronPattern: Invalid value for minute: 60` as `invalid value for minute: 60`. */
function tidy(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).replace(/^\w+: /, "");
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`.replace(/\.$/, "");
}
