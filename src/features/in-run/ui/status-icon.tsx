import { cx } from "../../../components/cx";
import { turn } from "../../../components/turn";
import { type DisplayStatus, STATUS_LOOKS } from "./status";

/** The icon of a status, with a label for screen readers; `decorative`: the word is beside it. */
export function StatusIcon({
  status,
  size = 14,
  decorative = false,
  still = false,
  className,
}: {
  status: DisplayStatus;
  size?: number;
  decorative?: boolean;
  /** Of a status as such, not of something that is under way. */
  still?: boolean;
  className?: string;
}) {
  const { icon: Icon, label, text } = STATUS_LOOKS[status];
  return (
    <Icon
      ref={status === "running" && !still ? turn : undefined}
      size={size}
      strokeWidth={2.25}
      className={cx("shrink-0", text, status === "needs_you" && "fill-needs-you-fill/35", className)}
      {...(decorative ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    />
  );
}
