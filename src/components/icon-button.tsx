import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { withMarkedNames, withMarks } from "../lib/marks";
import { cx } from "./cx";
import { Spinner } from "./spinner";
import { Tooltip } from "./tooltip";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label" | "children"> {
  /** Name for screen readers and the tooltip. */
  label: string;
  icon: LucideIcon;
  /** Keyboard shortcut shown in the tooltip, for example "g b". */
  shortcut?: string;
  busy?: boolean;
  /** No tooltip, because the label is visible or the button opens a popup. */
  bare?: boolean;
}

export function IconButton({
  label,
  icon: Icon,
  shortcut,
  busy,
  bare = false,
  className,
  disabled,
  ...props
}: IconButtonProps) {
  const button = (
    <button
      type="button"
      aria-label={withMarks(label)}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      className={cx(
        "size-control inline-flex shrink-0 items-center justify-center rounded-outer text-muted transition-colors select-none",
        "hover:bg-hover hover:text-text active:bg-pressed disabled:pointer-events-none disabled:opacity-50 data-popup-open:bg-hover data-popup-open:text-text aria-pressed:text-accent-text",
        className,
      )}
      {...withMarkedNames(props)}
    >
      {busy ? <Spinner size={16} /> : <Icon aria-hidden size={16} />}
    </button>
  );
  return bare ? (
    button
  ) : (
    <Tooltip label={label} shortcut={shortcut}>
      {button}
    </Tooltip>
  );
}
