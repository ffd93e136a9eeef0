import { z } from "zod";
import { didYouMean } from "../../lib/suggest";
import type { PathSegment } from "./faults";
import { DefinitionShape, STEP_SHAPES } from "./yaml-shape";

export type ShapedKind = keyof typeof STEP_SHAPES;

export const SHAPED_KINDS = Object.keys(STEP_SHAPES) as ShapedKind[];

/** Step types that YAML has; a function needs code. */
export const YAML_KINDS = SHAPED_KINDS.filter((kind) => kind !== "function");

/** The keys of the mapping at `path` in a shape; empty where there is no mapping, or one whose keys are free. */
export function keysAt(shape: z.ZodType, path: readonly PathSegment[] = []): string[] {
  const inner = innermost(shape);
  const [first, ...rest] = path;
  if (inner instanceof z.ZodObject) {
    if (first === undefined) return Object.keys(inner.shape);
    const field: z.ZodType | undefined = Object.hasOwn(inner.shape, first) ? inner.shape[first] : undefined;
    return field ? keysAt(field, rest) : [];
  }
  if (inner instanceof z.ZodArray && first !== undefined) return keysAt(inner.element as z.ZodType, rest);
  return [];
}

/** The shape without wrappers such as `optional`. */
function innermost(shape: z.ZodType): z.ZodType {
  const wraps =
    shape instanceof z.ZodOptional ||
    shape instanceof z.ZodNullable ||
    shape instanceof z.ZodDefault ||
    shape instanceof z.ZodPrefault;
  return wraps ? innermost(shape.unwrap() as z.ZodType) : shape;
}

/** Which types of step take a key. */
export function kindsWith(key: string, kinds: readonly ShapedKind[]): ShapedKind[] {
  return kinds.filter((kind) => keysAt(STEP_SHAPES[kind]).includes(key));
}

/** `a script step`, `an agent or approval step`. */
export function stepOf(...kinds: ShapedKind[]): string {
  return `${/^[aeiou]/.test(kinds[0] ?? "") ? "an" : "a"} ${kinds.join(" or ")} step`;
}

/** The message for an unknown key: the known key that is near, else all of them. */
export function unknownKey(key: string, known: string[]): string {
  return `unknown key${didYouMean(key, known) || `; known here are ${known.join(", ")}`}`;
}

/** As `unknownKey`, for a step of YAML: also says where a key of another type, or of the definition, belongs. */
export function unknownStepKey(key: string, kind: ShapedKind): string {
  const here = `no key of ${stepOf(kind)}`;
  const others = kindsWith(key, YAML_KINDS);
  if (others.length > 0) return `${here}; ${stepOf(...others)} takes it`;
  if (keysAt(DefinitionShape).includes(key)) return `${here}; it stands beside steps, for all of them`;
  return insideOf(key, STEP_SHAPES[kind], here) ?? unknownKey(key, keysAt(STEP_SHAPES[kind]));
}

/** As `unknownKey`, for a definition: also says where a key of a step, or of a nested mapping, belongs. */
export function unknownHeadKey(key: string): string {
  const here = "no key of a definition";
  const kinds = kindsWith(key, YAML_KINDS);
  if (kinds.length === YAML_KINDS.length) return `${here}; each of its steps takes it`;
  if (kinds.length > 0) return `${here}; ${stepOf(...kinds)} takes it`;
  return insideOf(key, DefinitionShape, here) ?? unknownKey(key, keysAt(DefinitionShape));
}

/**
 * The message for a key that belongs into a nested mapping; null where a key of the shape itself is nearly the same.
 */
function insideOf(key: string, shape: z.ZodType, here: string): string | null {
  const known = keysAt(shape);
  if (didYouMean(key, known)) return null;
  const inner = known.find((outer) => keysAt(shape, [outer]).includes(key));
  return inner === undefined ? null : `${here}; ${inner} takes it`;
}
