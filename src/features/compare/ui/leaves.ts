import { isRecord } from "../../../lib/is-record";

/** Parts of one value that are compared by themselves; a value of more is one part at its end. */
const MOST_LEAVES = 200;
const DEEPEST = 8;

export interface Leaf {
  /** As `channel`, `targets[0].name`; empty for a value without parts. */
  path: string;
  value: unknown;
}

/** The parts of a JSON value, each by the path of its keys, in its order. */
export function leavesOf(value: unknown, path = "", depth = 0): Leaf[] {
  const parts: (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((item, at) => [`${path}[${at}]`, item] as const)
    : isRecord(value)
      ? Object.entries(value).map(([key, item]) => [path === "" ? key : `${path}.${key}`, item] as const)
      : [];
  if (parts.length === 0 || parts.length > MOST_LEAVES || depth === DEEPEST) return [{ path, value }];
  const leaves = parts.flatMap(([at, item]) => leavesOf(item, at, depth + 1));
  return leaves.length > MOST_LEAVES && depth === 0 ? [{ path, value }] : leaves;
}

/** A part as it is read: a text without quotes, all else as JSON. */
export const leafText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "null");
