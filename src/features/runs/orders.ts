/** What lists of runs are ordered by; `-` in front: the largest or latest first. */
export const RUN_ORDERS = [
  "-created",
  "created",
  "name",
  "-name",
  "priority",
  "-priority",
  "duration",
  "-duration",
  "ended",
  "-ended",
] as const;
export type RunOrder = (typeof RUN_ORDERS)[number];

/** Runs that are put in another order than that of their creation: so many of the newest that match. */
export const MAX_ORDERED = 10_000;
