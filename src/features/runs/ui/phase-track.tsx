import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import { type DisplayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { PhaseGlance } from "./step-choice";

const UNDER_WAY: ReadonlySet<DisplayStatus> = new Set(["running", "needs_you", "stalled"]);

/** The run's phases in a row, each with its status; the line after a phase shows that it was completed. */
export function PhaseTrack({ phases }: { phases: PhaseGlance[] }) {
  if (phases.length === 0) return null;
  return (
    <ol
      aria-label="Phases"
      className="flex h-9 shrink-0 items-center gap-2 overflow-x-auto border-b border-line px-4 [scrollbar-width:none]"
    >
      {phases.map(({ name, status: shown }, index) => (
        <li
          key={name}
          aria-current={UNDER_WAY.has(shown) ? "step" : undefined}
          className={cx("flex min-w-0 items-center gap-2", index < phases.length - 1 && "flex-1")}
        >
          <StatusIcon status={shown} decorative />
          <span
            className={cx(
              "text-list whitespace-nowrap",
              shown === "waiting" || shown === "skipped" ? "text-faint" : "text-text",
              shown === "failed" && STATUS_LOOKS.failed.text,
            )}
          >
            {withMarks(name)}
            <span className="sr-only">: {STATUS_LOOKS[shown].label.toLowerCase()}</span>
          </span>
          {index < phases.length - 1 ? (
            <span
              aria-hidden
              className={cx(
                "h-px min-w-6 flex-1 transition-colors",
                shown === "done" ? "bg-done/60" : "bg-line-strong",
              )}
            />
          ) : null}
        </li>
      ))}
    </ol>
  );
}
