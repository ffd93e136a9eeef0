import { ExpressionError, splitTemplate, type TemplatePart } from "../expressions/template";

/** A part of a cache's key: text, an expression, or files whose contents count. */
export type KeyPart = TemplatePart | { files: string[] };

const TEXT = `'[^'\\\\]*'|"[^"\\\\]*"`;
const HASH_FILES = new RegExp(`^\\s*hashFiles\\(\\s*((?:${TEXT})(?:\\s*,\\s*(?:${TEXT}))*)\\s*\\)\\s*$`);

/**
 * The parts of a key such as `npm-${{ hashFiles('package-lock.json') }}`. `hashFiles` takes paths or globs and stands
 * alone in its braces, since the language of expressions reads no files. Throws `ExpressionError`.
 */
export function cacheKeyParts(template: string): KeyPart[] {
  return splitTemplate(template).map((part) => {
    if (!("expression" in part) || !/\bhashFiles\b/.test(part.expression)) return part;
    const [, list] = HASH_FILES.exec(part.expression) ?? [];
    if (list === undefined)
      throw new ExpressionError(
        "write hashFiles alone and with texts, as in ${{ hashFiles('package-lock.json') }}",
      );
    return { files: [...list.matchAll(new RegExp(TEXT, "g"))].map(([text]) => text.slice(1, -1)) };
  });
}
