import { numeralFault } from "./number-fault";

/** The text is valid JSON but cannot be stored unchanged. The message follows the name of the text. */
export class JsonFault extends Error {
  override readonly name = "JsonFault";
  constructor(
    message: string,
    /** The keys to the fault, up to the first list. */
    readonly path: string[] = [],
  ) {
    super(message);
  }
}

/** A token of valid JSON: a text (a key if a colon follows), a number, or a bracket. */
export const JSON_TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*|[{}[\]]/gs;
/** Deeper JSON is refused, since parsing it may overflow the stack. */
const MAX_DEPTH = 1_000;

/**
 * Parses JSON. Throws `SyntaxError` where it is invalid, and `JsonFault` where a part would be lost silently: a number
 * that changes, a key that occurs twice.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const open: { keys: Set<string> | null; name?: string }[] = [];
  const path = () => {
    const list = open.findIndex(({ keys }) => keys === null);
    return open.slice(0, list < 0 ? open.length : list).flatMap(({ name }) => name ?? []);
  };
  for (const [token, key, colon] of text.matchAll(JSON_TOKEN)) {
    if (token === "{" || token === "[") {
      if (open.push({ keys: token === "{" ? new Set() : null }) > MAX_DEPTH)
        throw new JsonFault("is nested too deeply", path().slice(0, 1));
    } else if (token === "}" || token === "]") open.pop();
    else if (key === undefined) {
      const fault = numeralFault(token);
      if (fault) throw new JsonFault(`holds ${token}, which ${fault}`, path());
    } else if (colon !== undefined) {
      const name = key.includes("\\") ? (JSON.parse(`"${key}"`) as string) : key;
      const inner = open.at(-1);
      if (!inner) continue;
      if (inner.keys?.has(name)) throw new JsonFault(`has the key ${JSON.stringify(name)} twice`, path());
      inner.keys?.add(name);
      inner.name = name;
    }
  }
  return value;
}
