/** What says itself in a header as it stands. */
const PLAIN = /^[ !#$&-.0-9:-[\]-~]+$/;

/**
 * The value of a Content-Disposition header (RFC 6266) for any name: byte for byte in `filename*`, with a
 * `filename` beside it for who does not know that one. Names are not cut to their last part as libraries do.
 */
export function dispositionOf(type: "inline" | "attachment", name: string): string {
  if (PLAIN.test(name)) return `${type}; filename="${name}"`;
  const fallback = name.replace(/[^ !#$&-.0-9:-[\]-~]/gu, "_");
  // encodeURIComponent leaves some characters that RFC 8187 does not.
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${fallback}"; filename*=UTF-8''${exact}`;
}
