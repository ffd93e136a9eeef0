import type { ArchiveEntry, Artifact, FileType } from "../schema";
import { downloadUrl, entryUrl, inlineUrl } from "./artifact-urls";

/** A file that is shown: an artifact, or an entry of one. */
export interface ShownFile {
  /** The artifact's id; of an entry that of its archive. */
  id: string;
  name: string;
  mime_type: string;
  file_type: FileType;
  size_bytes: number;
  url: string;
  inline_url: string;
  /** Parts of it can be asked for. */
  ranged: boolean;
  is_entry: boolean;
}

export const fileOfArtifact = ({ id, name, mime_type, file_type, size_bytes }: Artifact): ShownFile => ({
  id,
  name,
  mime_type,
  file_type,
  size_bytes,
  url: downloadUrl(id),
  inline_url: inlineUrl(id),
  ranged: true,
  is_entry: false,
});

/** Types of entries that are shown as pictures; what they are is known by their names alone. */
const PICTURES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  bmp: "image/bmp",
  ico: "image/x-icon",
};
/** What is no text, whatever it holds, so that nobody waits for it. */
const BINARY =
  /\.(?:zip|jar|t?gz|tar|bz2|xz|zst|7z|rar|exe|dll|so|dylib|o|a|class|wasm|pdf|woff2?|ttf|otf|eot|mp[34]|mov|webm|ogg|wav|sqlite|db|bin|docx?|xlsx?|pptx?)$/i;

export function fileOfEntry(id: string, entry: ArchiveEntry): ShownFile {
  const url = entryUrl(id, entry.position);
  const ending = entry.name.slice(entry.name.lastIndexOf(".") + 1).toLowerCase();
  const picture = Object.hasOwn(PICTURES, ending) ? PICTURES[ending] : undefined;
  return {
    id,
    name: entry.name,
    mime_type: picture ?? (BINARY.test(entry.name) ? "application/octet-stream" : "text/plain"),
    file_type: picture ? "image" : "other",
    size_bytes: entry.size_bytes,
    url,
    inline_url: `${url}?inline=1`,
    ranged: false,
    is_entry: true,
  };
}
