import type { ReactNode } from "react";
import { cx } from "./cx";

const TONES = {
  neutral: "text-muted border-line-strong",
  accent: "text-accent-text border-accent-text/40",
  done: "text-done border-done/40",
  failed: "text-failed border-failed/40",
  warning: "text-stalled border-stalled/45",
} as const;

/** A label of one or two words. */
export function Badge({ tone = "neutral", children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex h-4.5 shrink-0 items-center gap-1 rounded-inner border px-1.5 text-[11px] leading-none whitespace-nowrap",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
