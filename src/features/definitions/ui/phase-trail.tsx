import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";

/** The names of the phases in order. */
export function PhaseTrail({ phases, className }: { phases: string[]; className?: string }) {
  if (phases.length === 0) return null;
  return (
    <span className={cx("flex min-w-0 items-center gap-0.5 text-meta text-faint", className)}>
      <span className="sr-only">Phases: </span>
      {phases.map((phase, index) => (
        <Fragment key={phase}>
          {index > 0 ? <ChevronRight aria-hidden size={12} className="shrink-0" /> : null}
          <span className="truncate">{withMarks(phase)}</span>
        </Fragment>
      ))}
    </span>
  );
}
