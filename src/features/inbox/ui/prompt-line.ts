/** The first line of a Markdown text that is not empty, as plain text; "" if there is none. */
export function promptLine(markdown: string): string {
  const lines = markdown.split("\n").map((line) =>
    line
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/\*\*|__|~~|`/g, "")
      .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/, "")
      .trim(),
  );
  return lines.find((line) => /[\p{L}\p{N}]/u.test(line)) ?? "";
}
