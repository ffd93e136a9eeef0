import { counted, UNITS } from "./units.js";

export interface FormatOptions {
  /** How many units to show, from the largest that fits. Default 2. */
  parts?: number;
  /** `1 hour 20 minutes` instead of `1h 20m`. */
  long?: boolean;
}

/** A span in milliseconds as people write it: `1h 20m`. What is smaller than the last part is dropped. */
export function format(ms: number, { parts = 2, long = false }: FormatOptions = {}): string {
  if (!Number.isFinite(ms)) throw new RangeError(`${ms} is no span of time`);
  const words: string[] = [];
  let rest = Math.round(Math.abs(ms));
  let shown = 0;
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.ms);
    rest %= unit.ms;
    if (count === 0 && shown === 0) continue;
    if (++shown > parts) break;
    if (count > 0) words.push(long ? counted(count, unit) : `${count}${unit.short}`);
  }
  const text = words.join(" ") || (long ? "0 milliseconds" : "0ms");
  return ms < 0 ? `-${text}` : text;
}
