import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import { type DisplayStatus, STATUS_LOOKS } from "./status";

export interface Segment {
  id: string;
  name: string;
  status: DisplayStatus;
  /** Number of steps in the segment. */
  count: number;
}

const countOf = (steps: Segment[]) => steps.reduce((sum, { count }) => sum + count, 0);

/** With more segments than this, gaps are left out, since segments would be thinner than gaps. */
const GAPLESS_FROM = 24;

/**
 * A bar with a segment for each step in its status colour. Screen readers hear how many steps ended, and
 * which failed, stalled or wait for a person.
 */
export function ProgressSegments({ steps, className }: { steps: Segment[]; className?: string }) {
  const ended = steps.filter((step) =>
    ["done", "failed", "tolerated", "skipped", "cancelled"].includes(step.status),
  );
  const named = (status: DisplayStatus, word: string) => {
    const names = steps.filter((step) => step.status === status).map((step) => step.name);
    return names.length > 0 ? `, ${word}: ${names.join(", ")}` : "";
  };
  const label = `${countOf(ended)} of ${countOf(steps)} steps ended${named("failed", "failed")}${named("stalled", "stalled")}${named("needs_you", "needs you")}`;
  return (
    <div
      role="img"
      aria-label={withMarks(label)}
      className={cx(
        "flex h-1 min-w-0 overflow-hidden rounded-full",
        steps.length < GAPLESS_FROM && "gap-0.5",
        className,
      )}
    >
      {steps.map((step) => (
        <span
          key={step.id}
          title={withMarks(`${step.name}: ${STATUS_LOOKS[step.status].label.toLowerCase()}`)}
          className={cx("min-w-px basis-0 transition-colors", STATUS_LOOKS[step.status].fill)}
          style={{ flexGrow: step.count }}
        />
      ))}
    </div>
  );
}
