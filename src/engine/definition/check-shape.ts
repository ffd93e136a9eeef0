import type { z } from "zod";
import { didYouMean } from "../../lib/suggest";
import { describeValue, type PathSegment } from "./faults";
import { TRIGGER_KEYS } from "./trigger-shape";
import type { Report } from "./yaml-document";
import { DefinitionShape, STEP_SHAPES, type StepShape } from "./yaml-shape";

/** A definition whose fields each are as they should be. Steps stand under their number in the file. */
export interface ShapedDefinition {
  head: DefinitionShape;
  steps: StepShape[];
}

/** Checks every field by itself and reports what is wrong; null where anything is. */
export function checkShape(value: unknown, report: Report): ShapedDefinition | null {
  const head = parseShape(DefinitionShape, value, [], report, Object.keys(DefinitionShape.shape));
  const given = typeof value === "object" && value !== null && "steps" in value ? value.steps : [];
  const list: unknown[] = Array.isArray(given) ? given.slice(0, 200) : [];
  const steps = list.map((step, index) => parseStep(step, ["steps", index], report));
  const whole = steps.filter((step) => step !== null);
  return head && whole.length === steps.length ? { head, steps: whole } : null;
}

function parseStep(value: unknown, path: PathSegment[], report: Report): StepShape | null {
  const expected = `one of ${YAML_KINDS.join(", ")}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    report(path, `expected ${STEP}, found ${describeValue(value)}`, { expected: STEP });
    return null;
  }
  const type = "type" in value ? value.type : undefined;
  if (type === undefined) report(path, `type is missing; expected ${expected}`, { expected });
  else if (type === "function") {
    const mend = "write a script, or the definition in TypeScript";
    const message = `expected ${expected}; a function is a call of TypeScript: ${mend}`;
    report([...path, "type"], message, { expected });
  } else if (typeof type !== "string" || !isKind(type)) {
    const hint = typeof type === "string" ? didYouMean(type, YAML_KINDS) : "";
    report([...path, "type"], `expected ${expected}, found ${describeValue(type)}${hint}`, { expected });
  } else {
    // A union of the four would not tell which of them was meant.
    const shape: z.ZodType<StepShape> = STEP_SHAPES[type];
    return parseShape(shape, value, path, report, Object.keys(STEP_SHAPES[type].shape));
  }
  return null;
}

const STEP = "a step with id and type";

/** In YAML there is nothing that a function could run. */
const YAML_KINDS = Object.keys(STEP_SHAPES).filter((kind) => kind !== "function");

function isKind(type: string): type is keyof typeof STEP_SHAPES {
  return Object.hasOwn(STEP_SHAPES, type);
}

/**
 * Checks a value that stands at `base`, and reports what is wrong; `known` are the keys it may have. The shape's
 * messages are what is expected, as in "a whole number from 1 to 20".
 */
export function parseShape<T>(
  shape: z.ZodType<T>,
  value: unknown,
  base: PathSegment[],
  report: Report,
  known: string[],
): T | null {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const inner = issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment));
    const path = [...base, ...inner];
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) reportUnknown(key, path, inner, known, report);
      continue;
    }
    const found = valueAt(value, inner);
    const expected = issue.message;
    const last = path.at(-1);
    if (found === undefined && typeof last === "string") {
      report(path.slice(0, -1), `${last} is missing; expected ${expected}`, { expected });
    } else report(path, `expected ${expected}, found ${describeValue(found)}`, { expected });
  }
  return null;
}

const NESTED: Record<string, string[]> = {
  retry: ["attempts", "delay", "backoff"],
  approvers: ["role", "count", "allow_self"],
  concurrency: ["group", "cancel_in_progress"],
  ...TRIGGER_KEYS,
};

function reportUnknown(
  key: string,
  path: PathSegment[],
  inner: PathSegment[],
  top: string[],
  report: Report,
): void {
  const place = inner.findLast((segment) => typeof segment === "string");
  const known = inner.length === 0 ? top : (NESTED[String(place)] ?? []);
  const keys = known.join(", ");
  const hint = didYouMean(key, known) || `; known here are ${keys}`;
  report(path, `unknown key${hint}`, { key, expected: `one of ${keys}` });
}

function valueAt(value: unknown, path: readonly PathSegment[]): unknown {
  let current = value;
  for (const segment of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = (current as Record<PathSegment, unknown>)[segment];
  }
  return current;
}
