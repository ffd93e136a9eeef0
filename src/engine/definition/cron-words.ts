import cronstrue from "cronstrue";

const EVERY_DAY = /^(?:\*|1-31)(?:\/1)?$/;
const EVERY_WEEKDAY = /^(?:\*|(?:0|SUN)-(?:6|7|SAT)|(?:1|MON)-(?:7|SUN))(?:\/1)?$/i;
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/**
 * A cron expression in words, as in "At 07:00, Monday through Friday"; the expression itself where the library has no
 * words for it. An expression with a day and a weekday fires on either.
 */
export function cronInWords(cron: string): string {
  try {
    const [minute, hour, day, month, ...rest] = cron.split(" ");
    if (day === undefined || rest[0] === undefined) return wordsOf(cron);
    const weekday = rest[0].split(",").map(eachNth).join(",");
    if (day === "*" || weekday === "*") return wordsOf(`${minute} ${hour} ${day} ${month} ${weekday}`);
    // The expression fires on either field's days, so one field with every day means every day.
    if (EVERY_DAY.test(day) || EVERY_WEEKDAY.test(weekday)) return wordsOf(`${minute} ${hour} * ${month} *`);
    const time = wordsOf(`${minute} ${hour} * * *`);
    const of = (dates: string) => wordsOf(`${minute} ${hour} ${dates}`).slice(time.length);
    const onWeekdays = of(`* * ${weekday}`).replace(/^, (only )?/, "");
    return `${time}${of(`${day} * *`)} or ${onWeekdays}${of(`* ${month} *`)}`;
  } catch {
    return cron;
  }
}

/** `1-3#2` as `1#2,2#2,3#2`: one term for each weekday. Terms without `#` or `L` stay. */
function eachNth(part: string): string {
  const [, from = "", to = from, nth = ""] = /^(\w+?)(?:-(\w+?))?(#\d+|#?L)$/i.exec(part) ?? [];
  if (nth === "") return part;
  const numberOf = (name: string) => {
    const index = WEEKDAYS.indexOf(name.toUpperCase());
    return index < 0 ? Number(name) : index;
  };
  const first = numberOf(from);
  const last = numberOf(to) || (first > 0 ? 7 : 0);
  const suffix = nth.toUpperCase().replace("#L", "L");
  return Array.from({ length: last - first + 1 }, (_, index) => `${(first + index) % 7}${suffix}`).join(",");
}

const wordsOf = (cron: string) => cronstrue.toString(cron, { use24HourTimeFormat: true, locale: "en" });
