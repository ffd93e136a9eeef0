import type { CompiledStep } from "./types";
import type { Report } from "./yaml-document";

/**
 * Sorts steps so that each stands after those it needs, and otherwise as in the file. Reports a circle and gives null.
 */
export function orderSteps(steps: CompiledStep[], report: Report): CompiledStep[] | null {
  const ordered: CompiledStep[] = [];
  const done = new Set<string>();
  let waiting = steps;
  while (waiting.length > 0) {
    // A need that names no step is reported elsewhere.
    const known = new Set(waiting.map(({ id }) => id));
    const next = waiting.find((step) => step.needs.every((id) => done.has(id) || !known.has(id)));
    if (!next) {
      const circle = circleIn(waiting);
      const index = steps.findIndex(({ id }) => id === circle[0]);
      report(["steps", index, "needs"], `the steps wait for each other: ${circle.join(" → ")}`);
      return null;
    }
    ordered.push(next);
    done.add(next.id);
    waiting = waiting.filter((step) => step !== next);
  }
  return ordered;
}

/** One circle among steps of which each needs another of them. */
function circleIn(steps: CompiledStep[]): string[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const path: string[] = [];
  let id = steps[0]?.id;
  while (id !== undefined && !path.includes(id)) {
    path.push(id);
    id = byId.get(id)?.needs.find((need) => byId.has(need));
  }
  return id === undefined ? path : [...path.slice(path.indexOf(id)), id];
}
