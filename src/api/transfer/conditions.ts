import isFresh from "fresh";

/** What is known of bytes that a request may already have. `etag` is a strong one, with its quotes. */
export interface Validators {
  etag: string;
  /** Whole seconds count: a header has no smaller part. */
  modified_at: Date;
}

/** Bytes from `start` up to and including `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/** True where the request has these bytes (RFC 9110, 13.2.2): If-None-Match decides, else If-Modified-Since. */
export function isUnchanged(
  headers: Headers,
  { etag, modified_at }: Pick<Validators, "etag"> & Partial<Validators>,
): boolean {
  // Only these: `fetch` adds a Cache-Control by which fresh would send the bytes to whoever has them.
  const asked = pick(headers, ["if-none-match", ...(modified_at ? ["if-modified-since"] : [])]);
  return isFresh(asked, { etag, "last-modified": modified_at?.toUTCString() });
}

/**
 * The one range that is asked for; null for the whole: no range, several, one that is none, or one of bytes
 * that have changed meanwhile. `unsatisfiable` where it is past the end. range-parser refuses a last part that
 * is longer than the whole, and takes a range that ends before it begins for one past the end.
 */
export function rangeOf(
  headers: Headers,
  size: number,
  validators: Validators,
): ByteRange | "unsatisfiable" | null {
  const [, first, last] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(headers.get("range") ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return null;
  if (!isSame(headers.get("if-range"), validators)) return null;
  if (first !== "" && last !== "" && Number(first) > Number(last)) return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start < size && (first !== "" || Number(last) > 0) ? { start, end } : "unsatisfiable";
}

function pick(headers: Headers, names: string[]): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => names.includes(name)));
}

/** If-Range names the bytes exactly, or there is none. */
function isSame(condition: string | null, { etag, modified_at }: Validators): boolean {
  if (condition === null) return true;
  if (condition.startsWith('"')) return condition === etag;
  return Date.parse(condition) === seconds(modified_at);
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000) * 1000;
}
