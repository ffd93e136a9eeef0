"use client";

import { TriangleAlert, X } from "lucide-react";
import { IconButton } from "../../../components/icon-button";

/** Warnings about secrets that were set, until they are dismissed. */
export function SecretWarnings({
  warnings,
  onDismiss,
}: {
  warnings: Readonly<Record<string, string>>;
  onDismiss: (name: string) => void;
}) {
  const entries = Object.entries(warnings);
  if (entries.length === 0) return null;
  return (
    <div role="alert">
      <ul aria-label="Warnings" className="divide-y divide-line border-b border-line bg-sunken">
        {entries.map(([name, warning]) => (
          <li key={name} role="alert" className="flex items-start gap-2 py-1.5 pr-2 pl-4 text-list text-text">
            <TriangleAlert aria-hidden size={14} className="mt-1.5 shrink-0 text-stalled" />
            <span className="min-w-0 flex-1 py-1 wrap-anywhere">{warning}</span>
            <IconButton
              label={`Dismiss the warning about ${name}`}
              icon={X}
              onClick={() => onDismiss(name)}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
