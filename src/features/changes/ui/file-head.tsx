"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { CopyButton } from "../../../components/copy-button";
import { cx } from "../../../components/cx";
import { FileNameText } from "../../../components/file-name-text";
import { Spinner } from "../../../components/spinner";
import { withMarks } from "../../../lib/marks";
import { LOOKS, whyFolded } from "./change-words";
import type { WireFile } from "./wire";

/** The line above a file's changes. It has the one height that the list reckons with: `HEAD_HEIGHT`. */
export const HEAD_HEIGHT = 40;

export function FileHead({
  file,
  folded,
  loading,
  viewed,
  onFold,
  onViewed,
}: {
  file: WireFile;
  folded: boolean;
  loading: boolean;
  viewed: boolean;
  onFold: () => void;
  onViewed: () => void;
}) {
  const { word, icon: Icon, colour } = LOOKS[file.status];
  const Sign = folded ? ChevronRight : ChevronDown;
  const why = whyFolded(file);
  return (
    <div className="flex h-10 min-w-0 items-center gap-1.5 border-b border-line bg-sunken pr-3 pl-1 font-sans text-list text-text">
      <button
        type="button"
        aria-expanded={!folded}
        aria-label={withMarks(`${folded ? "Show" : "Fold"} ${file.path}`)}
        onClick={onFold}
        className="size-control flex shrink-0 items-center justify-center rounded-outer text-muted outline-offset-[-2px] hover:bg-hover hover:text-text"
      >
        {loading ? <Spinner /> : <Sign aria-hidden size={14} />}
      </button>
      <span title={withMarks(word)} className={cx("shrink-0", colour)}>
        <Icon aria-hidden size={14} />
        <span className="sr-only">{word}</span>
      </span>
      <h3 className="flex min-w-0 items-center font-mono text-code">
        {file.old_path === null ? null : (
          <>
            <FileNameText name={file.old_path} className="text-faint max-md:hidden" />
            <span className="px-1 text-faint max-md:hidden">→</span>
          </>
        )}
        <FileNameText name={file.path} className="min-w-0" />
      </h3>
      <span className="max-md:hidden">
        <CopyButton text={file.path} label="Copy the path" />
      </span>
      {why === null ? null : (
        <span className="shrink-0 rounded-inner border border-line px-1.5 text-meta text-muted">{why}</span>
      )}
      <span className="ml-auto flex shrink-0 items-center gap-3 text-meta tabular-nums">
        <Lines file={file} />
        <label className="flex items-center gap-1.5 text-muted select-none">
          <input
            type="checkbox"
            checked={viewed}
            onChange={onViewed}
            aria-label={withMarks(`Viewed: ${file.path}`)}
            className="relative size-3.5 accent-(--color-accent) pointer-coarse:after:absolute pointer-coarse:after:-inset-3"
          />
          <span className="max-md:hidden">Viewed</span>
        </label>
      </span>
    </div>
  );
}

/** How many lines of a file were added and removed; nothing where there are none. */
export function Lines({ file: { additions, deletions } }: { file: WireFile }) {
  if (!additions && !deletions) return null;
  return (
    <span className="flex shrink-0 gap-1 text-meta tabular-nums">
      <span className="text-done">
        <span aria-hidden>+{additions}</span>
        <span className="sr-only">{additions} lines added,</span>
      </span>
      <span className="text-failed">
        <span aria-hidden>−{deletions}</span>
        <span className="sr-only">{deletions} removed</span>
      </span>
    </span>
  );
}
