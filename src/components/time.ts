const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time in ms as "now", "4 m ago", "3 h ago", "2 d ago", later as a date; a future one as "in 4 m". */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 45_000) return "now";
  if (distance >= 7 * DAY) {
    const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
    return new Intl.DateTimeFormat("en", {
      day: "numeric",
      month: "short",
      ...(sameYear ? {} : { year: "numeric" }),
    }).format(at);
  }
  const amount =
    distance < HOUR
      ? `${Math.max(1, Math.round(distance / MINUTE))} m`
      : distance < DAY
        ? `${Math.round(distance / HOUR)} h`
        : `${Math.round(distance / DAY)} d`;
  return at > now ? `in ${amount}` : `${amount} ago`;
}

/** The exact moment in the reader's own time zone, with seconds. */
export function exactTime(at: number): string {
  return new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" }).format(at);
}

/** Milliseconds as "0:42", "2:10", "1:02:10", "2 d 3 h"; negative values count as zero. */
export function clockDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3600);
  if (days > 0) return `${days} d ${hours} h`;
  const minutes = Math.floor((total % 3600) / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** Duration of something that has ended: as `clockDuration`, but with tenths below ten seconds ("0.4 s"). */
export function endedDuration(ms: number): string {
  if (ms < 50) return "<0.1 s";
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : clockDuration(ms);
}

/** Milliseconds in words: "42 seconds", "2 minutes 10 seconds", "1 hour 2 minutes". */
export function spokenDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), "day"],
    [Math.floor((total % 86_400) / 3600), "hour"],
    [Math.floor((total % 3600) / 60), "minute"],
    [total % 60, "second"],
  ];
  const said = parts.filter(([amount]) => amount > 0).slice(0, 2);
  if (said.length === 0) return "less than a second";
  return said.map(([amount, unit]) => `${amount} ${unit}${amount === 1 ? "" : "s"}`).join(" ");
}
