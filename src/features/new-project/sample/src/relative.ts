import { counted, UNITS } from "./units.js";

/** `2 hours ago`, `in 3 days`, `just now`: the distance of a date from now, in its largest unit, rounded. */
export function relative(date: Date, { now = new Date() }: { now?: Date } = {}): string {
  const distance = date.getTime() - now.getTime();
  const size = Math.abs(distance);
  const unit = UNITS.find(({ ms }) => size >= ms && ms >= 1_000);
  if (!unit) return "just now";
  const text = counted(Math.round(size / unit.ms), unit);
  return distance < 0 ? `${text} ago` : `in ${text}`;
}
