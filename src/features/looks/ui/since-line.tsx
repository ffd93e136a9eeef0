"use client";

import { History, X } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { cx } from "../../../components/cx";
import { DOTTED } from "../../../components/dotted";
import { IconButton } from "../../../components/icon-button";
import { RelativeTime } from "../../../components/relative-time";
import { sinceWords } from "./since-words";
import { useLook, useNoteLook } from "./use-look";

/** A line below a board or a run with what changed since its reader looked before; nothing where nothing did. */
export function SinceLine({
  project_id,
  run_id = null,
  href,
}: {
  project_id: string;
  run_id?: string | null;
  /** Where what changed is listed. */
  href: string;
}) {
  useNoteLook(project_id, run_id);
  const changed = useLook(run_id ?? project_id);
  const [closed, setClosed] = useState<string | null>(null);
  if (changed === null || closed === `${run_id} ${changed.since}`) return null;
  const words = sinceWords(changed, run_id === null ? "board" : "run");
  if (words.length === 0) return null;
  return (
    <aside
      aria-label="Since you looked"
      className="animate-appear flex min-h-9 shrink-0 items-center gap-2 border-t border-line bg-surface px-4 py-1 text-list"
    >
      <History aria-hidden size={14} className="shrink-0 text-accent-text" />
      <p className={cx(DOTTED, "min-w-0 flex-1 flex-wrap text-muted")}>
        <span className="font-medium text-text">
          Since you looked <RelativeTime at={changed.since} />
        </span>
        {words.map((each) => (
          <span key={each}>{each}</span>
        ))}
      </p>
      <Link href={href} className="shrink-0 font-medium text-accent-text underline-offset-2 hover:underline">
        Show
      </Link>
      <IconButton
        label="Close the line"
        icon={X}
        bare
        onClick={() => setClosed(`${run_id} ${changed.since}`)}
      />
    </aside>
  );
}
