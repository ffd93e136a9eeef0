import { randomUUID } from "node:crypto";
import { numeralFault, wholeOf } from "./number-fault";
import { JSON_TOKEN, JsonFault } from "./parse-json";

/** A prefix that marks numerals for the parser; random, so that no text has it. */
const MARK = `${randomUUID()} `;

/**
 * Parses JSON whose sender cannot change it. Whole numbers past 2^53 become bigints in any notation; other numbers of
 * that size stay text. Throws `SyntaxError` as `JSON.parse`, and `JsonFault` for a number larger than any that is
 * stored.
 */
export function parseForeignJson(text: string): unknown {
  let isMarked = false;
  // Invalid JSON is refused before it is changed.
  const value: unknown = JSON.parse(text);
  const marked = text.replace(JSON_TOKEN, (token: string, key: string | undefined) => {
    if (key !== undefined || !/^-?\d/.test(token)) return token;
    if (!Number.isFinite(Number(token))) throw new JsonFault(`holds ${token}, which ${numeralFault(token)}`);
    if (numeralFault(token) === null) return token;
    isMarked = true;
    return JSON.stringify(MARK + token);
  });
  if (!isMarked) return value;
  return JSON.parse(marked, (_key, given: unknown) =>
    typeof given === "string" && given.startsWith(MARK) ? keptOf(given.slice(MARK.length)) : given,
  );
}

const keptOf = (numeral: string) => wholeOf(numeral) ?? numeral;
