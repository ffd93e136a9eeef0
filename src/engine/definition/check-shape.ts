import type { z } from "zod";
import { isRecord } from "../../lib/is-record";
import { didYouMean } from "../../lib/suggest";
import { describeValue, type PathSegment } from "./faults";
import {
  keysAt,
  type ShapedKind,
  unknownHeadKey,
  unknownKey,
  unknownStepKey,
  YAML_KINDS,
} from "./known-keys";
import type { Report } from "./yaml-document";
import { DefinitionShape, STEP_SHAPES, type StepShape } from "./yaml-shape";

/** A definition whose fields are right one by one. Steps stand under their number in the file. */
export interface ShapedDefinition {
  head: DefinitionShape;
  steps: StepShape[];
}

/** Checks each field by itself and reports what is wrong; null where anything is. */
export function checkShape(value: unknown, report: Report): ShapedDefinition | null {
  const head = parseShape(DefinitionShape, value, [], report, unknownHeadKey);
  const given = typeof value === "object" && value !== null && "steps" in value ? value.steps : [];
  const list: unknown[] = Array.isArray(given) ? given.slice(0, 200) : [];
  const steps = list.map((step, index) => parseStep(step, ["steps", index], report));
  const whole = steps.filter((step) => step !== null);
  return head && whole.length === steps.length ? { head, steps: whole } : null;
}

function parseStep(value: unknown, path: PathSegment[], report: Report): StepShape | null {
  const expected = `one of ${YAML_KINDS.join(", ")}`;
  if (!isRecord(value)) {
    report(path, `expected ${STEP}, found ${describeValue(value)}`, { expected: STEP });
    return null;
  }
  const { type } = value;
  if (type === undefined) report(path, `type is missing; expected ${expected}`, { expected });
  else if (type === "function") {
    const mend = "write a script, or the definition in TypeScript";
    const message = `expected ${expected}; a function is a call of TypeScript: ${mend}`;
    report([...path, "type"], message, { expected });
  } else if (typeof type !== "string" || !isKind(type)) {
    const hint = typeof type === "string" ? didYouMean(type, YAML_KINDS) : "";
    report([...path, "type"], `expected ${expected}, found ${describeValue(type)}${hint}`, { expected });
  } else {
    // The shape of one type: a union of all four could not tell which type the author meant.
    const shape: z.ZodType<StepShape> = STEP_SHAPES[type];
    return parseShape(shape, value, path, report, (key) => unknownStepKey(key, type));
  }
  return null;
}

const STEP = "a step with id and type";

function isKind(type: string): type is ShapedKind {
  return Object.hasOwn(STEP_SHAPES, type);
}

/**
 * Checks the value at `base` and reports its faults. The shape's messages say what is expected ("a whole number from 1
 * to 20"); `unknown` gives the message for a key that the shape does not have.
 */
export function parseShape<T>(
  shape: z.ZodType<T>,
  value: unknown,
  base: PathSegment[],
  report: Report,
  unknown = (key: string) => unknownKey(key, keysAt(shape)),
): T | null {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const inner = issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment));
    const path = [...base, ...inner];
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(shape, inner);
      for (const key of issue.keys) {
        const message = inner.length === 0 ? unknown(key) : unknownKey(key, known);
        report(path, message, { key, expected: `one of ${known.join(", ")}` });
      }
      continue;
    }
    const found = valueAt(value, inner);
    const expected = issue.message;
    const last = path.at(-1);
    if (found === undefined && typeof last === "string") {
      report(path.slice(0, -1), `${last} is missing; expected ${expected}`, { expected, missing: last });
    } else report(path, `expected ${expected}, found ${describeValue(found)}`, { expected });
  }
  return null;
}

function valueAt(value: unknown, path: readonly PathSegment[]): unknown {
  let current = value;
  for (const segment of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = (current as Record<PathSegment, unknown>)[segment];
  }
  return current;
}
