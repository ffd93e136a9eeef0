import { randomUUID } from "node:crypto";
import { numeralFault, wholeOf } from "./number-fault";
import { JSON_TOKEN, JsonFault } from "./parse-json";

/** Marks numerals on their way through the parser; nobody else knows it. */
const MARK = `${randomUUID()} `;

/**
 * The value of a JSON text that its sender cannot change: whole numbers past 2^53 are bigints in whatever
 * notation they came, and other numbers there the text that came. Throws `SyntaxError` as `JSON.parse`, and `JsonFault` for a number that is larger than any that is kept.
 */
export function parseForeignJson(text: string): unknown {
  let isMarked = false;
  // What is no JSON is refused ahead of any change in it.
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
