import { ExpressionError } from "./template";

const MAX_DEPTH = 64;
const MAX_VALUES = 100_000;
export const MAX_RESULT_LENGTH = 256 * 1024;

/**
 * JSON in types of the expression language: whole numbers become BigInt and objects become maps, so that no key is
 * special. Throws `ExpressionError` where the value is too large or too deep.
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

/** For each map, the names that were not given and read as null. `has()` is false for these. */
const notGiven = new WeakMap<object, Set<string>>();

/** The map with null for each of `names` that it lacks. */
export function withNulls(given: unknown, names: Iterable<string>): Map<string, unknown> {
  const map = new Map(given as Map<string, unknown>);
  const missing = new Set([...names].filter((name) => !map.has(name)));
  for (const name of missing) map.set(name, null);
  notGiven.set(map, missing);
  return map;
}

/** Whether all `keys` exist, one inside the other: names of mappings or positions in lists. */
export function isReachable(root: unknown, keys: unknown[]): boolean {
  let value = root;
  for (const key of keys) {
    if (value instanceof Map) {
      if (!value.has(key) || notGiven.get(value)?.has(key as string)) return false;
      value = value.get(key);
    } else if (Array.isArray(value)) {
      const place = typeof key === "bigint" || typeof key === "number" ? Number(key) : -1;
      if (!Object.hasOwn(value, place)) return false;
      value = value[place];
    } else return false;
  }
  return true;
}

/**
 * Divides; the result is a whole number where it comes out even. Throws `ExpressionError` for non-numbers and for zero.
 */
export function quotient(left: unknown, right: unknown): unknown {
  const kinds = [left, right].map((value) => typeof value);
  if (!kinds.every((kind) => kind === "bigint" || kind === "number"))
    throw new ExpressionError("/ is for numbers alone");
  if (Number(right) === 0) throw new ExpressionError("division by zero");
  if (typeof left === "bigint" && typeof right === "bigint" && left % right === 0n) return left / right;
  return Number(left) / Number(right);
}

/** The remainder, also of fractions: 7.5 % 2 is 1.5. Throws `ExpressionError` for zero. */
export function remainder(left: bigint | number, right: bigint | number): number {
  if (Number(right) === 0) throw new ExpressionError("modulo by zero");
  return Number(left) % Number(right);
}

/** A result as text: nothing for null, JSON for lists and objects. Throws `ExpressionError` for what is no JSON. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  refuseEndless(value);
  return typeof value === "object" ? JSON.stringify(value, asJson) : String(value);
}

/** Joins the texts of a list. Throws `ExpressionError` past 256 KB. */
export function join(list: unknown[], separator: string): string {
  const texts = list.map(toText);
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  if (length > MAX_RESULT_LENGTH) throw new ExpressionError("join() gives more than 256 KB");
  return texts.join(separator);
}

/** A result as JSON, the type of a run's args. */
export function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, asJson));
}

function refuseEndless(value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new ExpressionError(
      `the result is ${Number.isNaN(value) ? "no number" : "too large for a number"}`,
    );
}

function asJson(_key: string, value: unknown): unknown {
  refuseEndless(value);
  if (value instanceof Map) return Object.fromEntries(value);
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
