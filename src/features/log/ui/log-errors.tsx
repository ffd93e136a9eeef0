"use client";

import { ChevronDown, ChevronUp, CircleX } from "lucide-react";
import { useState } from "react";
import { useCommands } from "../../../components/commands";
import { IconButton } from "../../../components/icon-button";

/** Leads through the lines that say why a step failed. `marks`: those lines in order. */
export function LogErrors({ marks, onGo }: { marks: readonly number[]; onGo: (line: number) => void }) {
  const [at, setAt] = useState<number | null>(null);
  const go = (by: 1 | -1) => {
    const place = at === null ? (by === 1 ? 0 : -1) : marks.indexOf(at) + by;
    // Behind the last one the first follows, and before the first one the last.
    const line = marks.at(place >= marks.length ? 0 : place);
    if (line === undefined) return;
    setAt(line);
    onGo(line);
  };
  useCommands(
    marks.length === 0
      ? []
      : [
          {
            id: "log.next-error",
            label: "Next error in the log",
            group: "Log",
            icon: ChevronDown,
            shortcut: "e",
            run: () => go(1),
          },
          {
            id: "log.previous-error",
            label: "Previous error in the log",
            group: "Log",
            icon: ChevronUp,
            shortcut: "shift+e",
            run: () => go(-1),
          },
        ],
  );
  if (marks.length === 0) return null;
  const place = at === null ? -1 : marks.indexOf(at);
  return (
    <span className="flex shrink-0 items-center text-meta whitespace-nowrap text-failed tabular-nums">
      <CircleX aria-hidden size={12} className="mr-1" />
      <span role="status">
        {place < 0 ? marks.length : `${place + 1} of ${marks.length}`}
        <span className="sr-only"> errors</span>
      </span>
      <IconButton label="Previous error" icon={ChevronUp} bare className="size-6" onClick={() => go(-1)} />
      <IconButton label="Next error" icon={ChevronDown} bare className="size-6" onClick={() => go(1)} />
    </span>
  );
}

/** The lines of the log among the errors, in order, each once. */
export function marksOf(errors: readonly { log_line: number | null }[] | null): number[] {
  const lines = (errors ?? []).flatMap(({ log_line }) => (log_line === null ? [] : log_line));
  return [...new Set(lines)].sort((a, b) => a - b);
}
