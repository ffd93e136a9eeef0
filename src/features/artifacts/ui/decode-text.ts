/**
 * Decodes bytes as text, by their byte order mark or else as UTF-8; null if they are not text. `cut`: the
 * bytes are only the beginning, so an incomplete last line is dropped.
 */
export function decodeText(bytes: Uint8Array, cut: boolean): { text: string | null; cut: boolean } {
  const [first, second] = bytes;
  const wide =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : null;
  if (wide === null && bytes.subarray(0, 8_192).includes(0)) return { text: null, cut };
  const whole = new TextDecoder(wide ?? "utf-8").decode(bytes, { stream: cut }).replace(/\r\n?/g, "\n");
  const end = cut ? whole.lastIndexOf("\n") : -1;
  return { text: end > 0 ? whole.slice(0, end) : whole, cut };
}

const NEWLINE = 0x0a;

/**
 * Which of the bytes belong to a window of a text: the lines that begin in it, whole. `bytes` begin one byte ahead of the
 * window, if that is not at the file's beginning, and go on behind its end, if that is not the file's; `length` is the
 * window's.
 */
export function windowOf(
  bytes: Uint8Array,
  { from, length, size }: { from: number; length: number; size: number },
): Uint8Array {
  const ahead = from === 0 ? 0 : 1;
  const begin = from === 0 ? 0 : Math.max(1, bytes.indexOf(NEWLINE) + 1);
  if (from + length >= size) return bytes.subarray(begin);
  const last = bytes.indexOf(NEWLINE, ahead + length - 1);
  if (last >= 0) return bytes.subarray(begin, last);
  const isEnd = from - ahead + bytes.length >= size;
  return isEnd ? bytes.subarray(begin) : bytes.subarray(begin, ahead + length);
}
