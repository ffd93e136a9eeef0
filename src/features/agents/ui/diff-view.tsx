"use client";

import { useMemo } from "react";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import { type DiffLine, diffLines } from "./diff-lines";
import { shownPath } from "./shown-path";

const LOOKS = {
  "+": "bg-done/10",
  "-": "bg-failed/10",
  " ": "",
} as const;
const SIGNS = { "+": "text-done", "-": "text-failed", " ": "text-faint" } as const;
const SPOKEN = { "+": "Added: ", "-": "Removed: ", " ": "" } as const;

/** A change to a file as removed and added lines. */
export function DiffView({
  path: given,
  before,
  after,
}: {
  path: string;
  /** The old text; null if the file is new. */
  before: string | null;
  after: string;
}) {
  const path = shownPath(given);
  const { lines, added, removed, isCut } = useMemo(() => diffLines(before, after), [before, after]);
  return (
    <figure className="min-w-0 overflow-hidden rounded-outer border border-line">
      <figcaption className="flex min-w-0 items-center gap-2 border-b border-line bg-sunken px-2.5 py-1 text-meta">
        <span className="min-w-0 truncate font-mono" title={withMarks(path)}>
          <bdi>{withMarks(path)}</bdi>
        </span>
        {before === null ? <span className="shrink-0 text-faint">new</span> : null}
        <span className="ml-auto flex shrink-0 gap-1.5 font-mono">
          <span className="text-done">
            <span aria-hidden>+{added}</span>
            <span className="sr-only">{added} lines added</span>
          </span>
          <span className="text-failed">
            <span aria-hidden>−{removed}</span>
            <span className="sr-only">{removed} lines removed</span>
          </span>
        </span>
      </figcaption>
      {/* No landmark, since a session may change a file more than once. */}
      <article
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={withMarks(`Change to ${path}`)}
        className="max-h-80 overflow-auto bg-surface font-mono text-code outline-offset-[-2px]"
      >
        <div className="w-max min-w-full py-1">
          {lines.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <Line key={at} line={line} />
          ))}
        </div>
      </article>
      {isCut ? (
        <p className="border-t border-line px-2.5 py-1 text-meta text-faint">The rest is left out.</p>
      ) : null}
    </figure>
  );
}

function Line({ line: { sign, text, before, after, isAfterGap } }: { line: DiffLine }) {
  return (
    <>
      {isAfterGap ? (
        <div aria-hidden className="px-2.5 text-faint select-none">
          ⋯
        </div>
      ) : null}
      <div className={cx("flex min-h-5 pr-4", LOOKS[sign])}>
        <span aria-hidden className="w-[5ch] shrink-0 pr-2 text-right text-faint select-none">
          {after ?? before}
        </span>
        <span aria-hidden className={cx("w-[2ch] shrink-0 select-none", SIGNS[sign])}>
          {sign}
        </span>
        <code className="whitespace-pre">
          {SPOKEN[sign] ? <span className="sr-only">{SPOKEN[sign]}</span> : null}
          {withMarks(text)}
        </code>
      </div>
    </>
  );
}
