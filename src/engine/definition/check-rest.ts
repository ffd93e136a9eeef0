import { checkShape } from "./check-shape";
import { compile } from "./compile";
import type { PathSegment } from "./faults";
import type { YamlSource } from "./yaml-document";

/** The field of a fault: `key` inside of `path`, which may be unknown or missing there; undefined: `path` itself. */
export interface FieldAt {
  path: readonly PathSegment[];
  key: string | undefined;
}

/** What other fields are checked by. Without these, faults would be told that there are not. */
const DECISIVE = ["steps", "phases", "id", "type", "needs", "setup"];
/** Stands in for what a definition must have, and no other field is checked by. */
const STAND_INS: Record<string, unknown> = { name: "?", run: "?", prompt: "?", agent: "?" };

/**
 * Reports what is wrong beside fields that are wrong by themselves, as if these were not there, so that all faults are
 * told at once. Does nothing where what is wrong decides over others.
 */
export function checkRest(wrong: readonly FieldAt[], yaml: YamlSource): void {
  const value = structuredClone(yaml.value);
  for (const { path, key } of wrong) if (!leaveOut(value, key === undefined ? path : [...path, key])) return;
  const shaped = checkShape(value, () => {});
  if (shaped) compile(shaped, yaml);
}

/** Takes the definition's, or a step's, field away in which `path` leads; false where it must not be. */
function leaveOut(value: unknown, path: readonly PathSegment[]): boolean {
  const [first, index, field] = path;
  const ofStep = first === "steps" && typeof index === "number";
  const name = ofStep ? field : first;
  if (typeof name !== "string" || DECISIVE.includes(name)) return false;
  const root = value as Record<string, unknown>;
  const holder = (ofStep ? (root.steps as unknown[])[index] : root) as Record<string, unknown>;
  const phases = root.phases as unknown;
  if (ofStep && name === "phase" && Array.isArray(phases)) holder.phase = phases[0];
  else if (Object.hasOwn(STAND_INS, name) && !(ofStep && name === "name")) holder[name] = STAND_INS[name];
  else delete holder[name];
  return true;
}
