import { withMarks } from "../lib/marks";
import { cx } from "./cx";

/** A progress bar; `value` from 0 to 1. */
export function ProgressBar({
  value,
  label,
  className,
}: {
  value: number;
  /** What makes progress, for screen readers. */
  label: string;
  className?: string;
}) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={withMarks(label)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={cx("h-1 overflow-hidden rounded-full bg-pressed", className)}
    >
      <div
        className="h-full origin-left rounded-full bg-accent-text transition-transform"
        style={{ transform: `scaleX(${percent / 100})` }}
      />
    </div>
  );
}
