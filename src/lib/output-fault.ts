import { numberFault } from "./number-fault";

export const MAX_OUTPUT_BYTES = 1024 * 1024;
const MAX_DEPTH = 200;

/** Why an output cannot be stored, as words that follow its name; null where it can. */
export function outputFault(output: unknown): string | null {
  return sizeFault(JSON.stringify(output ?? null)) ?? storageFault(output);
}

/** `outputFault` for the size of its JSON alone. */
export function sizeFault(json: string): string | null {
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_OUTPUT_BYTES) return null;
  const size = (bytes / MAX_OUTPUT_BYTES).toFixed(1);
  return `is larger than 1 MiB (${size} MiB as JSON); keep it in a file, as an artifact`;
}

/**
 * Why a JSON value would not be stored unchanged: Postgres takes neither U+0000 nor half a surrogate pair, and whole
 * numbers past 2^53 change.
 */
export function storageFault(value: unknown, depth = 0): string | null {
  if (typeof value === "string") {
    return /[\0\p{Surrogate}]/u.test(value)
      ? "holds a character that is no text (U+0000 or half a pair)"
      : null;
  }
  if (typeof value === "number") {
    const fault = numberFault(value);
    return fault && `holds ${value}, which ${fault}`;
  }
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
  for (const [key, inner] of Object.entries(value)) {
    const fault = storageFault(key, depth) ?? storageFault(inner, depth + 1);
    if (fault) return fault;
  }
  return null;
}
