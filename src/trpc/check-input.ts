import { AppError } from "../lib/errors";

/** Deeper than any definition's args, but shallow enough for recursive readers. */
const MAX_DEPTH = 64;

/** Half of a UTF-16 surrogate pair, which is no character. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Throws BAD_REQUEST for JSON that the database cannot store: the character U+0000, half a surrogate pair, a
 * key `__proto__`, or nesting past 64 levels.
 */
export function checkInput(value: unknown, path: readonly string[] = []): void {
  if (typeof value === "string") checkText(value, path);
  if (typeof value !== "object" || value === null) return;
  if (path.length >= MAX_DEPTH) refuse(path.slice(0, 1), `is nested deeper than ${MAX_DEPTH} levels`);
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") refuse(path, "has a key __proto__, which is not allowed");
    checkText(key, path);
    checkInput(inner, [...path, key]);
  }
}

function checkText(text: string, path: readonly string[]): void {
  if (text.includes("\0")) refuse(path, "must not hold the character U+0000");
  if (LONE_SURROGATE.test(text)) refuse(path, "must not hold half of a surrogate pair");
}

function refuse(path: readonly string[], message: string): never {
  const field = path.join(".");
  throw new AppError("BAD_REQUEST", `${field || "The input"} ${message}.`, [{ path: field, message }]);
}
