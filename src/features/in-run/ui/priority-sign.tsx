import { ChevronDown, ChevronsUp, ChevronUp, type LucideIcon, Minus } from "lucide-react";
import { withMarks } from "../../../lib/marks";

interface Level {
  label: string;
  /** What choosing it sets. */
  value: number;
  icon: LucideIcon;
}

/** The levels that people choose from; a program may set any number between. */
export const PRIORITIES: readonly Level[] = [
  { label: "Urgent", value: 100, icon: ChevronsUp },
  { label: "High", value: 50, icon: ChevronUp },
  { label: "Normal", value: 0, icon: Minus },
  { label: "Low", value: -50, icon: ChevronDown },
];

/** The level that a number counts as: the nearest one. */
export function priorityLevel(priority: number): Level {
  const nearest = (best: Level, level: Level) =>
    Math.abs(level.value - priority) < Math.abs(best.value - priority) ? level : best;
  return PRIORITIES.reduce(nearest);
}

/** Says that a run goes before or behind others; nothing for the usual priority. */
export function PrioritySign({ run, size = 12 }: { run: { priority: number }; size?: number }) {
  if (run.priority === 0) return null;
  const { label, icon: Icon } = priorityLevel(run.priority);
  const words = `Priority: ${label.toLowerCase()} (${run.priority})`;
  return (
    <span
      className={`inline-flex shrink-0 ${run.priority > 0 ? "text-stalled" : "text-faint"}`}
      title={withMarks(words)}
    >
      <Icon aria-hidden size={size} />
      <span className="sr-only">{words}</span>
    </span>
  );
}
