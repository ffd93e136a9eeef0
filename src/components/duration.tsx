"use client";

import { clockDuration, endedDuration, spokenDuration } from "./time";
import { useSeconds } from "./use-now";

/**
 * How long something took or has taken so far (ISO 8601 strings). Ticks only while `from` is set and `to` is
 * not; shows nothing before the start.
 */
export function Duration({
  from,
  to,
  className,
}: {
  from: string | null;
  to: string | null;
  className?: string;
}) {
  const ticking = from !== null && to === null;
  const now = useSeconds(ticking);
  if (from === null) return null;
  const end = to === null ? now : Date.parse(to);
  if (end === null) return null;
  const ms = end - Date.parse(from);
  return (
    <span className={className}>
      <span aria-hidden>{ticking ? clockDuration(ms) : endedDuration(ms)}</span>
      <span className="sr-only">{spokenDuration(ms)}</span>
    </span>
  );
}
