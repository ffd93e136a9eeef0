export type TimeFormat = "date" | "date-time" | "time";

const CLOCK = String.raw`([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?`;
const TIME = new RegExp(`^(${CLOCK})(Z|[+-]\\d\\d:\\d\\d)$`, "i");
const two = (part: number) => String(part).padStart(2, "0");

/** The input type of the browser's control for each format. */
export const TIME_INPUTS = { date: "date", "date-time": "datetime-local", time: "time" } as const;

/** The text that the browser's control needs, a `date-time` in local time; null if it cannot show the value. */
export function toControl(format: TimeFormat, text: string): string | null {
  if (text === "") return "";
  if (format === "time") return TIME.exec(text)?.[1]?.replace(/^(\d\d:\d\d):00$/, "$1") ?? null;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return null;
  if (format === "date") {
    // Dates that do not exist, such as 30 February, would be read as another day.
    return /^\d{4}-\d\d-\d\d$/.test(text) && at.toISOString().startsWith(text) ? text : null;
  }
  if (!/T.*(Z|[+-]\d\d:\d\d)$/i.test(text)) return null;
  const day = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const seconds = at.getSeconds() + at.getMilliseconds() / 1000;
  const rest = seconds === 0 ? "" : `:${two(at.getSeconds())}${millis(at.getMilliseconds())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}${rest}`;
}

const millis = (part: number) => (part === 0 ? "" : `.${String(part).padStart(3, "0")}`);

/** The value for a control's text: a `date-time` with its zone, a `time` in `zone`. */
export function fromControl(format: TimeFormat, held: string, zone: string): string {
  if (held === "" || format === "date") return held;
  if (format === "time") return `${/^\d\d:\d\d$/.test(held) ? `${held}:00` : held}${zone}`;
  const at = new Date(held);
  return Number.isNaN(at.getTime()) ? held : at.toISOString().replace(".000Z", "Z");
}

/** The zone of a `time` field: that of its default, else UTC. */
export const zoneOf = (initial: unknown) =>
  (typeof initial === "string" ? TIME.exec(initial)?.[3] : undefined) ?? "Z";
