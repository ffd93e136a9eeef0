import { ExpressionError } from "./expressions-template";

const MAX_DEPTH = 64;
const MAX_VALUES = 100_000;
export const MAX_RESULT_LENGTH = 256 * 1024;

/**
 * JSON as the expression language sees it: whole numbers are its integers (BigInt), objects are
 * maps, so that no key of theirs is special. Throws `ExpressionError` where the value is too large or too deep.
 */
export function toLanguage(value: unknown, budget = { values: MAX_VALUES }, depth = 0): unknown {
  if (--budget.values < 0) throw new ExpressionError("a value is too large to be used in an expression");
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== "object" || value === null) return value ?? null;
  if (depth >= MAX_DEPTH)
    throw new ExpressionError("a value is nested too deeply to be used in an expression");
  if (Array.isArray(value)) return value.map((item) => toLanguage(item, budget, depth + 1));
  return new Map(Object.entries(value).map(([key, item]) => [key, toLanguage(item, budget, depth + 1)]));
}

/** A result as text: nothing for null, JSON for lists and objects. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value, asJson) : String(value);
}

/** The texts of a list in one. Throws `ExpressionError` past 256 KB. */
export function join(list: unknown[], separator: string): string {
  const texts = list.map(toText);
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  if (length > MAX_RESULT_LENGTH) throw new ExpressionError("join() gives more than 256 KB");
  return texts.join(separator);
}

/** A result as the JSON that a run's args are. */
export function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, asJson));
}

function asJson(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
