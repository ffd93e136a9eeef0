import { splitFileName } from "../../../components/file-name";
import { fileSize } from "../../../components/file-size";
import type { Artifact } from "../schema";

/** A file name shortened for use in a sentence, without characters that would break the line. */
export function shortName(name: string): string {
  const { start, end } = splitFileName(name);
  const chars = [...start];
  return chars.length > 40 ? `${chars.slice(0, 40).join("")}…${end}` : start + end;
}

/** What is lost when an artifact is deleted. `comment_of`: author of the comment it is attached to. */
export function deleteWords(artifact: Pick<Artifact, "size_bytes">, comment_of: string | null): string {
  const whole = `The file of ${fileSize(artifact.size_bytes)} is gone for everybody, for good.`;
  return comment_of === null ? whole : `${whole} The comment of ${comment_of} loses it.`;
}

/** The beginning of a comment, for a menu. */
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
