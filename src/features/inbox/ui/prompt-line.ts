/** The first line of Markdown that says something, as plain words; "" where none does. */
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
