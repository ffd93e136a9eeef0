"use client";

import { cx } from "../../../components/cx";

/** Switches between two ways to see a file. */
export function ViewSwitch<V extends string>({
  views,
  view,
  onView,
}: {
  views: readonly { value: V; label: string }[];
  view: V;
  onView: (view: V) => void;
}) {
  return (
    <fieldset className="flex shrink-0 gap-0.5 rounded-outer bg-sunken p-0.5">
      <legend className="sr-only">View</legend>
      {views.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          onClick={() => onView(value)}
          className={cx(
            "h-6 rounded-inner px-2 text-meta transition-colors pointer-coarse:h-9",
            view === value ? "bg-surface text-text shadow-xs" : "text-muted hover:text-text",
          )}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
