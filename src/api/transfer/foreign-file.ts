import { dispositionOf } from "./disposition";

/** What a browser shows without running anything of it. */
const INLINE =
  /^(?:image\/(?:png|apng|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)|video\/.+|audio\/.+|text\/plain)$/;

/** What somebody has made elsewhere never runs on our origin, whatever it is. */
export const SAFE = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
};

/** Says of what type a file is and by which name to save it; it is for showing where that is wanted and safe. */
export function describeFile(
  { mime_type, name }: { mime_type: string; name: string },
  headers: Headers,
  wantsInline: boolean,
): void {
  const type = wantsInline && INLINE.test(mime_type) ? "inline" : "attachment";
  headers.set("content-type", mime_type.startsWith("text/") ? `${mime_type}; charset=utf-8` : mime_type);
  headers.set("content-disposition", dispositionOf(type, name));
}
