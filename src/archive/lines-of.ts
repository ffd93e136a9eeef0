import type { Readable } from "node:stream";

/**
 * The lines of a text, which end with a newline alone. Node's readline has since 24 ended them at U+2028 and U+2029 too,
 * which JSON has unescaped in its texts.
 */
export async function* linesOf(input: Readable): AsyncGenerator<string, void, undefined> {
  input.setEncoding("utf8");
  // Joined once a line is whole, since one may have many parts.
  let parts: string[] = [];
  for await (const part of input as AsyncIterable<string>) {
    let from = 0;
    for (let at = part.indexOf("\n"); at !== -1; at = part.indexOf("\n", from)) {
      parts.push(part.slice(from, at));
      yield parts.join("");
      parts = [];
      from = at + 1;
    }
    parts.push(part.slice(from));
  }
  const rest = parts.join("");
  if (rest !== "") yield rest;
}
