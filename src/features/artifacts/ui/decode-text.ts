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
