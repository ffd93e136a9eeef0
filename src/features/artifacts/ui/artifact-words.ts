import { splitFileName } from "../../../components/file-name";
import { fileSize } from "../../../components/file-size";
import type { Artifact } from "../schema";

/** A name in a sentence: short enough for it, and without what would break it. */
export function shortName(name: string): string {
  const { start, end } = splitFileName(name);
  const chars = [...start];
  return chars.length > 40 ? `${chars.slice(0, 40).join("")}…${end}` : start + end;
}

/** What deleting an artifact loses, in words. `comment_of`: who wrote the comment that it is attached to. */
export function deleteWords(artifact: Pick<Artifact, "size_bytes">, comment_of: string | null): string {
  const whole = `The file of ${fileSize(artifact.size_bytes)} is gone for everybody, for good.`;
  return comment_of === null ? whole : `${whole} The comment of ${comment_of} loses it.`;
}

/** A comment in a few words, for a menu. */
export function excerpt(text: string, longest = 36): string {
  const line = text.replace(/[\s*_`#>~[\]()]+/g, " ").trim();
  const chars = [...line];
  return chars.length > longest
    ? `${chars
        .slice(0, longest - 1)
        .join("")
        .trimEnd()}…`
    : line;
}
