import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Hand,
  LoaderCircle,
  type LucideIcon,
  Minus,
  TriangleAlert,
} from "lucide-react";
import { cx } from "../../../components/cx";
import { type DisplayStatus, STATUS_LABELS, STATUS_TEXT } from "./status";

/** Each status has a shape of its own, so that colour is not the only difference. */
const ICONS: Record<DisplayStatus, LucideIcon> = {
  waiting: CircleDashed,
  running: LoaderCircle,
  needs_you: Hand,
  paused: CirclePause,
  done: CircleCheck,
  failed: CircleX,
  cancelled: Ban,
  skipped: Minus,
  stalled: TriangleAlert,
};

/**
 * The icon of a status. Has its own label for screen readers, unless `decorative` because the word is beside
 * it.
 */
export function StatusIcon({
  status,
  size = 14,
  decorative = false,
  className,
}: {
  status: DisplayStatus;
  size?: number;
  decorative?: boolean;
  className?: string;
}) {
  const Icon = ICONS[status];
  return (
    <Icon
      size={size}
      strokeWidth={2.25}
      className={cx(
        "shrink-0",
        status === "needs_you" ? "fill-needs-you-fill/35 text-needs-you" : STATUS_TEXT[status],
        status === "running" && "animate-turn",
        className,
      )}
      {...(decorative ? { "aria-hidden": true } : { role: "img", "aria-label": STATUS_LABELS[status] })}
    />
  );
}
