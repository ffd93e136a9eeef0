import type { Definition } from "../../definitions/schema";

export type GraphStep = Pick<Definition["steps"][number], "id" | "name" | "kind" | "phase"> & {
  /** Undefined where nobody knows: what code asks for is seen in its runs alone. */
  needs?: readonly string[] | undefined;
  is_conditional?: boolean | undefined;
  /** To which step a request for changes goes back. */
  rework?: string | null | undefined;
};

/** Sizes in pixels. */
export const STEP_HEIGHT = 34;
const ROW_GAP = 10;
const HEAD = 28;
const PHASE_GAP = 18;
/** Room beside the steps for the lines between those of a phase: forth on the left, back on the right. */
const GUTTER = 20;
const COLUMN = 200;
const COLUMN_GAP = 56;
/** A line back begins and ends so far below the one forth. */
const BELOW = 8;

interface Line {
  id: string;
  from: string;
  to: string;
  path: string;
}

export interface StepGraph {
  width: number;
  height: number;
  phases: { name: string; x: number; y: number; width: number }[];
  steps: { step: GraphStep; x: number; y: number; width: number }[];
  /** Lines from a step to one that needs it, as paths of SVG. */
  lines: Line[];
  /** Lines from an approval to the step to which a request for changes goes back, with the heads of their arrows. */
  backs: (Line & { head: string })[];
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
  const right = steps.some(({ rework }) => rework) ? GUTTER : 0;
  const graph: StepGraph = { width: 0, height: 0, phases: [], steps: [], lines: [], backs: [] };
  const width = narrow === null ? COLUMN : Math.max(160, narrow - gutter - right - 1);
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
    graph.width = Math.max(graph.width, x + width + right + 1);
    if (narrow !== null) top = bottom + PHASE_GAP;
  });
  const places = new Map(graph.steps.map((place) => [place.step.id, place]));
  for (const to of graph.steps) {
    for (const id of to.step.needs ?? []) {
      const from = places.get(id);
      if (from)
        graph.lines.push({ id: `${id} ${to.step.id}`, from: id, to: to.step.id, path: lineOf(from, to) });
    }
    const back = places.get(to.step.rework ?? "");
    if (back) {
      const [from, earlier] = [to.step.id, back.step.id];
      graph.backs.push({ id: `${from} ${earlier}`, from, to: earlier, ...backOf(to, back) });
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

const middle = (place: Place) => place.y + STEP_HEIGHT / 2;

function lineOf(from: Place, to: Place): string {
  if (from.x !== to.x) {
    const forward = to.x > from.x;
    const [start, end] = forward ? [from.x + from.width, to.x] : [from.x, to.x + to.width];
    const bend = forward ? COLUMN_GAP / 2 : -COLUMN_GAP / 2;
    return `M${start} ${middle(from)} C${start + bend} ${middle(from)} ${end - bend} ${middle(to)} ${end} ${middle(to)}`;
  }
  const next = to.y - from.y === STEP_HEIGHT + ROW_GAP;
  if (next) return `M${from.x + 16} ${from.y + STEP_HEIGHT} V${to.y}`;
  return past(from.x, middle(from), middle(to), -1);
}

/** From a step at this edge past those in between, through the gutter; the further, the further out. */
function past(edge: number, from: number, to: number, side: 1 | -1): string {
  const rows = Math.abs(to - from) / (STEP_HEIGHT + ROW_GAP);
  const out = edge + side * Math.min(GUTTER - 3, 7 + rows * 2);
  const turn = 12 * Math.sign(to - from);
  return `M${edge} ${from} C${out} ${from} ${out} ${from} ${out} ${from + turn} V${to - turn} C${out} ${to} ${out} ${to} ${edge} ${to}`;
}

function backOf(from: Place, to: Place): { path: string; head: string } {
  const [start, end, edge] = [middle(from) + BELOW, middle(to) + BELOW, to.x + to.width];
  const bend = COLUMN_GAP / 2;
  return {
    path:
      from.x > to.x
        ? `M${from.x} ${start} C${from.x - bend} ${start} ${edge + bend} ${end} ${edge} ${end}`
        : past(edge, start, end, 1),
    head: `M${edge + 5} ${end - 4} L${edge + 0.5} ${end} L${edge + 5} ${end + 4}`,
  };
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
