/** The units that are understood, largest first, with their length in milliseconds. */
export const UNITS = [
  { name: "day", short: "d", ms: 86_400_000 },
  { name: "hour", short: "h", ms: 3_600_000 },
  { name: "minute", short: "m", ms: 60_000 },
  { name: "second", short: "s", ms: 1_000 },
  { name: "millisecond", short: "ms", ms: 1 },
] as const;

export type Unit = (typeof UNITS)[number];

/** `1 hour`, `2 hours`. */
export function counted(count: number, unit: Unit): string {
  return `${count} ${unit.name}${count === 1 ? "" : "s"}`;
}
