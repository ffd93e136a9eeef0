import { type CodeLanguage, languageOf } from "../../../components/highlight";
import { isReport } from "../limits";
import type { Artifact } from "../schema";
import type { ShownFile } from "./shown-file";

/** How a file is shown. What a browser could run is shown as source, or as a page that can reach nothing. */
export type Preview =
  | { kind: "image" | "svg" | "video" | "audio" | "empty" | "archive" | "table" }
  | { kind: "report"; language: CodeLanguage | null }
  | { kind: "markdown" | "json" }
  | { kind: "text"; language: CodeLanguage | null }
  | { kind: "none"; reason: string };

/** Bytes of a text file that are shown at once; the download has all of it. */
export const TEXT_BYTES = 512 * 1024;

/** Bytes of a table that are shown. */
export const TABLE_BYTES = 4 * 1024 * 1024;

/** An SVG larger than this is shown as source. */
const SVG_BYTES = 4 * 1024 * 1024;

const RASTER = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/bmp",
  "image/x-icon",
  "image/vnd.microsoft.icon",
]);

const TEXT_TYPES =
  /^(text\/|application\/(.*\+)?(json|xml|yaml|toml|sql|javascript|ecmascript|x-(sh|yaml|javascript|typescript|httpd-php|perl|ndjson)|jsonlines|ndjson|graphql)\b)/;

const TEXT_NAMES =
  /(^|[./\\])(log|txt|text|csv|tsv|env|gitignore|lock|license|makefile|readme|properties|snap|tap)$/i;

/** Image formats that every browser shows and that cannot contain scripts. */
export const isRaster = ({ mime_type }: Pick<Artifact, "mime_type">) => RASTER.has(bare(mime_type));

const bare = (mime_type: string) => (mime_type.split(";")[0] ?? "").trim().toLowerCase();

const ARCHIVES = /\.(?:zip|jar|war|ear|aar|apk|whl|vsix|nupkg|xpi|tar|tgz|tar\.gz)$/i;
const ARCHIVE_TYPES = new Set(["application/zip", "application/x-tar", "application/java-archive"]);

/** How a file can be previewed, decided by its type, name and size. */
export function previewOf(
  file: Pick<ShownFile, "name" | "mime_type" | "file_type" | "size_bytes"> & { is_entry?: boolean },
): Preview {
  const type = bare(file.mime_type);
  const { name, size_bytes, is_entry = false } = file;
  if (size_bytes === 0) return { kind: "empty" };
  if (RASTER.has(type)) return { kind: "image" };
  if (type === "image/svg+xml" && size_bytes <= SVG_BYTES) return { kind: "svg" };
  if (type.startsWith("video/")) return { kind: "video" };
  if (type.startsWith("audio/")) return { kind: "audio" };
  if (type === "application/pdf") {
    return {
      kind: "none",
      reason: "A PDF can run scripts, so it is not opened here. Download it to read it.",
    };
  }
  if (!is_entry && (ARCHIVES.test(name) || ARCHIVE_TYPES.has(type))) return { kind: "archive" };
  const language = languageOf(name);
  if (!is_entry && isReport({ mime_type: type })) return { kind: "report", language: "html" };
  if (/\.(?:csv|tsv)$/i.test(name) || type === "text/csv" || type === "text/tab-separated-values") {
    return { kind: "table" };
  }
  if (type === "text/markdown" || language === "markdown") return { kind: "markdown" };
  if (type === "application/json" && size_bytes <= TEXT_BYTES && !/\.(jsonl|ndjson)$/i.test(name)) {
    return { kind: "json" };
  }
  const text =
    TEXT_TYPES.test(type) || type === "image/svg+xml" || file.file_type === "code" || TEXT_NAMES.test(name);
  if (text) return { kind: "text", language: language ?? languageOf(type.replace(/^.*[/+]/, "")) };
  return { kind: "none", reason: "There is no preview of this kind of file. Download it to open it." };
}
