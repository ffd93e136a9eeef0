import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { withMarkedNames } from "../lib/marks";
import { cx } from "./cx";
import { Spinner } from "./spinner";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border-transparent",
  secondary: "bg-surface text-text border-line-strong hover:bg-hover active:bg-pressed",
  ghost: "border-transparent text-muted hover:bg-hover hover:text-text active:bg-pressed",
  danger: "bg-danger text-on-accent hover:bg-danger-hover border-transparent",
};

/** Classes of a button, for the rare element that is neither a button nor a link. */
export function buttonClass(variant: ButtonVariant = "secondary", className?: string): string {
  return cx(
    "h-control inline-flex shrink-0 items-center justify-center gap-1.5 rounded-outer border px-2.5 text-list font-medium whitespace-nowrap select-none transition-colors",
    "disabled:pointer-events-none disabled:opacity-55 aria-disabled:opacity-55 data-popup-open:bg-hover",
    VARIANTS[variant],
    className,
  );
}

export interface ButtonLook {
  variant?: ButtonVariant;
  icon?: LucideIcon;
}

export interface ButtonProps extends ComponentProps<"button">, ButtonLook {
  /** Work is in progress: shows a spinner, keeps the width, and ignores presses. */
  busy?: boolean;
}

export function Button({
  variant,
  icon: Icon,
  busy = false,
  className,
  children,
  type,
  disabled,
  ...props
}: ButtonProps) {
  return (
    <button
      type={type ?? "button"}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      className={buttonClass(variant, className)}
      {...withMarkedNames(props)}
    >
      {busy ? <Spinner /> : Icon ? <Icon aria-hidden size={14} className="shrink-0" /> : null}
      {children}
    </button>
  );
}
