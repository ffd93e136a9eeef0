"use client";

import { cx } from "./cx";
import { exactTime, relativeTime } from "./time";
import { useNow } from "./use-now";

/** A relative time; hover and screen readers get the exact one. `at` is an ISO 8601 string. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  const moment = Date.parse(at);
  // The server does not know the reader's time zone, so render the text in the browser only.
  if (now === null) return <time dateTime={at} className={cx("whitespace-nowrap", className)} />;
  const exact = exactTime(moment);
  return (
    <time dateTime={at} title={exact} className={cx("whitespace-nowrap", className)}>
      <span aria-hidden>{relativeTime(moment, now)}</span>
      <span className="sr-only">{exact}</span>
    </time>
  );
}
