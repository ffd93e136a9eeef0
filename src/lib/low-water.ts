const MB = 1024 ** 2;
const GB = 1024 ** 3;
const UNITS: Record<string, number> = { K: 1024, M: MB, G: GB, T: 1024 * GB };

/** The setting PHASEBOARD_LOW_WATER: bytes, or a percentage of the disk; undefined: by the disk's size. */
export type LowWater = { bytes: number } | { percent: number } | undefined;

/**
 * The mark of a disk: 1 GB or 2 %, whichever is more, but never more than 10 GB, nor than an eighth of a small disk.
 */
export function markOf(total: number, setting: LowWater): number {
  if (setting && "bytes" in setting) return setting.bytes;
  if (setting) return (total * setting.percent) / 100;
  return Math.min(Math.max(GB, total * 0.02), 10 * GB, total / 8);
}

/** Reads the setting: `2G`, `500M`, `5%`, `0`. Throws where it is none. */
export function parseLowWater(text: string): LowWater {
  if (text === "") return undefined;
  const [, amount, unit = ""] = /^(\d{1,6}(?:\.\d{1,3})?)([KMGT%]?)$/.exec(text) ?? [];
  const number = Number(amount);
  if (unit === "%" && number < 100) return { percent: number };
  if (unit !== "%" && (UNITS[unit] || number === 0))
    return { bytes: Math.round(number * (UNITS[unit] ?? 1)) };
  throw new Error("must be a size such as 2G or 500M, or a percentage of the disk such as 5%");
}
