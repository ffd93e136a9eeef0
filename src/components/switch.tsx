"use client";

import { Switch as Base } from "@base-ui/react/switch";
import { withMarks } from "../lib/marks";

/** A switch that acts at once. `label` is for screen readers; visible text stands beside it. */
export function Switch({
  label,
  checked,
  onCheckedChange,
  disabled,
}: {
  label: string;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <Base.Root
      aria-label={withMarks(label)}
      checked={checked}
      onCheckedChange={onCheckedChange}
      disabled={disabled}
      className="relative flex h-4.5 w-8 shrink-0 items-center rounded-full border border-line-strong bg-pressed p-px transition-colors after:absolute after:-inset-2 data-checked:border-accent data-checked:bg-accent data-disabled:opacity-55"
    >
      <Base.Thumb className="block size-3.5 rounded-full bg-muted transition-[translate,background-color] duration-[140ms] data-checked:translate-x-3.5 data-checked:bg-on-accent" />
    </Base.Root>
  );
}
