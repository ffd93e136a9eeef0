/**
 * What goes by age and what stays. An age is `90d`, `36h` or `forever`; what is left out is the installation's, and
 * where that says nothing it stays.
 */
export interface Retention {
  /** Ended runs, with all that is theirs. */
  runs?: string | undefined;
  /** Logs of ended runs. */
  logs?: string | undefined;
  /** Files of artifacts of ended runs. */
  artifacts?: string | undefined;
  events?: string | undefined;
  /** So many of the newest runs of each definition stay, however old they are. */
  keep_last?: number | undefined;
}

/** The names of the ages in a `Retention`. */
export const RETENTION_AGES = ["runs", "logs", "artifacts", "events"] as const;
export type RetentionAge = (typeof RETENTION_AGES)[number];

/** A retention in numbers: ages in milliseconds, null where nothing goes by age. */
export interface RetentionLimits extends Record<RetentionAge, number | null> {
  keep_last: number;
}

const UNITS = { h: 3_600_000, d: 86_400_000 } as const;

/** What an age has to look like. */
export const RETENTION_AGE = /^(?:forever|[1-9][0-9]{0,3}[hd])$/;

/** Milliseconds; null for `forever`, and for what is no age, so that nothing goes by mistake. */
function ageOf(text: unknown): number | null {
  const [, count, unit] = typeof text === "string" ? (/^([1-9][0-9]{0,3})([hd])$/.exec(text) ?? []) : [];
  return count === undefined ? null : Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** A project's own retention with the installation's where it says nothing. */
export function withDefault(own: Retention, otherwise: Retention): Retention {
  const given = Object.entries(own).filter(([, value]) => value !== undefined && value !== null);
  return { ...otherwise, ...Object.fromEntries(given) };
}

export function limitsOf(retention: Retention): RetentionLimits {
  const { runs, logs, artifacts, events, keep_last } = retention;
  return {
    runs: ageOf(runs),
    logs: ageOf(logs),
    artifacts: ageOf(artifacts),
    events: ageOf(events),
    keep_last: typeof keep_last === "number" ? keep_last : 0,
  };
}
