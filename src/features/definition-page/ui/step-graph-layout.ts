import type { Definition } from "../../definitions/schema";

export type GraphStep = Pick<Definition["steps"][number], "id" | "name" | "kind" | "phase"> & {
  /** Undefined where nobody knows: what code asks for is seen in its runs alone. */
  needs?: readonly string[] | undefined;
  is_conditional?: boolean | undefined;
};

/** Sizes in pixels. */
export const STEP_HEIGHT = 34;
const ROW_GAP = 10;
const HEAD = 28;
const PHASE_GAP = 18;
/** Room beside the steps for the lines between those of a phase. */
const GUTTER = 20;
const COLUMN = 200;
const COLUMN_GAP = 56;

export interface StepGraph {
  width: number;
  height: number;
  phases: { name: string; x: number; y: number; width: number }[];
  steps: { step: GraphStep; x: number; y: number; width: number }[];
  /** Lines from a step to one that needs it, as paths of SVG. */
  lines: { id: string; from: string; to: string; path: string }[];
}

/**
 * Where everything stands: phases as columns, or one below the other where there is no room beside it. Steps of a phase
 * stand below each other in the order of the definition; those that run side by side have lines from the same step.
 */
export function layOut(
  phases: readonly string[],
  steps: readonly GraphStep[],
  narrow: number | null,
): StepGraph {
  const known = [...new Set([...phases, ...steps.map(({ phase }) => phase)])];
  const isThrough = narrow !== null || steps.some((step) => step.phase === known[0] && isPast(step, steps));
  const gutter = isThrough ? GUTTER : 0;
  const graph: StepGraph = { width: 0, height: 0, phases: [], steps: [], lines: [] };
  const width = narrow === null ? COLUMN : Math.max(160, narrow - gutter - 1);
  let top = 0;
  known.forEach((name, column) => {
    const x = gutter + (narrow === null ? column * (COLUMN + COLUMN_GAP) : 0);
    const own = steps.filter(({ phase }) => phase === name);
    graph.phases.push({ name, x, y: top, width });
    own.forEach((step, row) => {
      graph.steps.push({ step, x, y: top + HEAD + row * (STEP_HEIGHT + ROW_GAP), width });
    });
    const bottom = top + HEAD + Math.max(1, own.length) * (STEP_HEIGHT + ROW_GAP) - ROW_GAP + 1;
    graph.height = Math.max(graph.height, bottom);
    graph.width = Math.max(graph.width, x + width + 1);
    if (narrow !== null) top = bottom + PHASE_GAP;
  });
  const places = new Map(graph.steps.map((place) => [place.step.id, place]));
  for (const to of graph.steps) {
    for (const id of to.step.needs ?? []) {
      const from = places.get(id);
      if (from)
        graph.lines.push({ id: `${id} ${to.step.id}`, from: id, to: to.step.id, path: lineOf(from, to) });
    }
  }
  return graph;
}

/** A line to it passes other steps of its phase. */
function isPast({ id, needs, phase }: GraphStep, steps: readonly GraphStep[]): boolean {
  const own = steps.filter((step) => step.phase === phase).map((step) => step.id);
  return (needs ?? []).some((need) => own.includes(need) && own.indexOf(id) - own.indexOf(need) !== 1);
}

type Place = StepGraph["steps"][number];

function lineOf(from: Place, to: Place): string {
  const middle = (place: Place) => place.y + STEP_HEIGHT / 2;
  if (from.x !== to.x) {
    const forward = to.x > from.x;
    const [start, end] = forward ? [from.x + from.width, to.x] : [from.x, to.x + to.width];
    const bend = forward ? COLUMN_GAP / 2 : -COLUMN_GAP / 2;
    return `M${start} ${middle(from)} C${start + bend} ${middle(from)} ${end - bend} ${middle(to)} ${end} ${middle(to)}`;
  }
  const next = to.y - from.y === STEP_HEIGHT + ROW_GAP;
  if (next) return `M${from.x + 16} ${from.y + STEP_HEIGHT} V${to.y}`;
  // Past the steps in between, through the gutter; the further, the further out.
  const rows = Math.abs(to.y - from.y) / (STEP_HEIGHT + ROW_GAP);
  const out = from.x - Math.min(GUTTER - 3, 7 + rows * 2);
  return `M${from.x} ${middle(from)} C${out} ${middle(from)} ${out} ${middle(from)} ${out} ${middle(from) + 12 * Math.sign(to.y - from.y)} V${middle(to) - 12 * Math.sign(to.y - from.y)} C${out} ${middle(to)} ${out} ${middle(to)} ${to.x} ${middle(to)}`;
}

/** Steps that are at work beside each other: none of them waits for another one, but for the same steps. */
export function sideBySide(steps: readonly GraphStep[]): Set<string> {
  const groups = new Map<string, string[]>();
  for (const { id, needs, phase } of steps) {
    if (needs === undefined) continue;
    const key = `${phase} ${[...needs].sort().join(" ")}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return new Set([...groups.values()].filter((ids) => ids.length > 1).flat());
}
