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
export function isUnchanged(headers: Headers, { etag, modified_at }: Validators): boolean {
  const known = headers.get("if-none-match");
  if (known !== null) {
    const tags = known.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
    return tags.includes("*") || tags.includes(etag);
  }
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return !Number.isNaN(since) && seconds(modified_at) <= since;
}

/**
 * The one range that is asked for; null for the whole: no range, several, one that is none, or one of bytes
 * that have changed meanwhile. `unsatisfiable` where it is past the end.
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

/** If-Range names the bytes exactly, or there is none. */
function isSame(condition: string | null, { etag, modified_at }: Validators): boolean {
  if (condition === null) return true;
  if (condition.startsWith('"')) return condition === etag;
  return Date.parse(condition) === seconds(modified_at);
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000) * 1000;
}
