import { fileTypeFromBuffer } from "file-type";
import mime from "mime";
import type { FileType } from "./schema";

/** Bytes at a file's beginning that are read to detect its type. */
export const HEAD_BYTES = 4_100;

/** Container formats: only the file's name says what a zip, XML or compound file really is. */
const CONTAINERS = new Set(["application/zip", "application/xml", "application/x-cfb", "application/gzip"]);

const CODE =
  /(?:^|[./\\])(?:[cm]?[jt]sx?|py|rb|go|rs|java|kts?|cs?|cc|cpp|h|hpp|swift|m|php|p[lm]|lua|sh|bash|zsh|fish|ps1|sql|html?|xhtml|css|s[ac]ss|less|xml|json[cl5]?|ndjson|ya?ml|toml|ini|conf|env|diff|patch|vue|svelte|graphql|proto|tf|r|scala|hs|exs?|erl|clj|dart|zig|nix|gradle|cmake|dockerfile|makefile|gitignore)$/i;

const CODE_MIME =
  /^(?:text\/(?:html|css|javascript|xml|yaml|x-)|application\/(?:.*\+)?(?:json|xml|javascript|sql|toml|x-sh))/;
const TEXT_MIME =
  /^text\/|^application\/(?:.*\+)?(?:json|xml|javascript|sql|toml|x-sh|yaml)\b|^image\/svg\+xml$/;
const DOCUMENT_MIME =
  /^text\/|^application\/(?:pdf|rtf|msword|epub\+zip|vnd\.(?:ms-(?:excel|powerpoint|word)|openxmlformats-officedocument|oasis\.opendocument))/;

/**
 * The MIME type and kind of a file, from its first bytes and its name. The content wins: a text that is named
 * like an image is no image.
 */
export async function deriveType(
  name: string,
  head: Uint8Array,
): Promise<{ mime_type: string; file_type: FileType }> {
  const isText = isUtf8Text(head);
  const mime_type = (await sniff(name, head)) ?? mimeOf(name, isText);
  return { mime_type, file_type: kindOf(name, mime_type, isText) };
}

/** The type that a name claims, for bytes that nobody has looked at. Pages and scripts are shown as text. */
export function typeOfName(name: string): string {
  const type = mime.getType(name);
  if (type?.startsWith("image/") && type !== "image/svg+xml") return type;
  return type === null || !TEXT_MIME.test(type) ? "application/octet-stream" : "text/plain";
}

async function sniff(name: string, head: Uint8Array): Promise<string | null> {
  const sniffed = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime;
  if (!sniffed) return null;
  return CONTAINERS.has(sniffed) ? (mime.getType(name) ?? sniffed) : sniffed;
}

function mimeOf(name: string, isText: boolean): string {
  const named = mime.getType(name);
  if (isText) return named && TEXT_MIME.test(named) ? named : "text/plain";
  // Images, sound and video are recognised by content only, so a name alone is not believed.
  const isClaim = named === null || TEXT_MIME.test(named) || /^(?:image|audio|video)\//.test(named);
  return isClaim ? "application/octet-stream" : named;
}

function kindOf(name: string, type: string, isText: boolean): FileType {
  if (type.startsWith("image/")) return "image";
  if (type.startsWith("video/")) return "video";
  if (isText && (CODE.test(name) || CODE_MIME.test(type))) return "code";
  return DOCUMENT_MIME.test(type) ? "document" : "other";
}

/** The head may end in the middle of a character. */
function isUtf8Text(head: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    return !/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
  } catch {
    return false;
  }
}
