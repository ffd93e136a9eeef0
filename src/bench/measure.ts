/** One line of the report. `ratio` is value divided by floor, both measured in this run. */
export interface Measure {
  measure: string;
  unit: string;
  value: number;
  floor: number;
  ratio: number;
  /** The limit of the ratio; absent if the line is only for comparison. */
  limit?: { at_least: number } | { at_most: number };
  ok: boolean;
  spread?: { p5: number; p95: number };
  note?: string;
}

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const median = (values: number[]) => quantile(values, 0.5);

export const round = (value: number) => Number(value.toPrecision(4));

/** A report line from samples of a value and its floor: medians, their ratio, and the value's spread. */
export function compare(
  measure: string,
  unit: string,
  samples: number[],
  floorSamples: number[],
  limit?: Measure["limit"],
  note?: string,
): Measure {
  const value = median(samples);
  const floor = median(floorSamples);
  const ratio = value / floor;
  return {
    measure,
    unit,
    value: round(value),
    floor: round(floor),
    ratio: round(ratio),
    ...(limit ? { limit } : {}),
    ok: isWithin(ratio, limit),
    spread: { p5: round(quantile(samples, 0.05)), p95: round(quantile(samples, 0.95)) },
    ...(note ? { note } : {}),
  };
}

function isWithin(ratio: number, limit: Measure["limit"]): boolean {
  if (!limit) return true;
  return "at_least" in limit ? ratio >= limit.at_least : ratio <= limit.at_most;
}

/** Milliseconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
