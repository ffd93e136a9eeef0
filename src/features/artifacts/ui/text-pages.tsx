"use client";

import { ArrowDownToLine, ArrowUpToLine, ChevronDown, ChevronUp, type LucideIcon } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { fileSize } from "../../../components/file-size";
import type { CodeLanguage } from "../../../components/highlight";
import { IconButton } from "../../../components/icon-button";
import { FileProblem, TextSkeleton } from "./file-states";
import { TEXT_BYTES } from "./preview-kind";
import type { ShownFile } from "./shown-file";
import { useTextWindow } from "./use-file-text";

const CodeView = dynamic(() => import("../../../components/code-view").then((part) => part.CodeView), {
  loading: () => <TextSkeleton />,
});

/** What is written to at its end is read from there. */
const GROWS = /\.(?:log|out|err|txt|jsonl|ndjson|tap)(?:\.\d+)?$/i;

/** A text as lines. A large one is shown in parts, a log from its end. */
export function TextPages({ file, language }: { file: ShownFile; language: CodeLanguage | null }) {
  const { size_bytes: size, ranged } = file;
  const last = Math.max(0, size - TEXT_BYTES);
  const isLarge = last > 0;
  const [from, setFrom] = useState(ranged && GROWS.test(file.name) ? last : 0);
  const query = useTextWindow(file, from);
  const text = query.data?.text;
  return (
    <>
      {query.isPending ? (
        <TextSkeleton />
      ) : text == null ? (
        <FileProblem query={query} file={file} />
      ) : (
        <CodeView
          key={from}
          code={text}
          label={file.name}
          language={language}
          isNumbered={from === 0}
          startsAtEnd={isLarge && from === last}
        />
      )}
      {isLarge ? (
        <nav
          aria-label="Parts of the file"
          className="flex shrink-0 items-center gap-1 border-t border-line py-1 pr-2 pl-4 text-meta text-muted"
        >
          <span aria-live="polite" className="mr-auto min-w-0">
            {partWords(from, size)}
          </span>
          {ranged ? (
            <>
              <Move label="Beginning" icon={ArrowUpToLine} from={from} to={0} onMove={setFrom} />
              <Move
                label="Earlier part"
                icon={ChevronUp}
                from={from}
                to={Math.max(0, from - TEXT_BYTES)}
                onMove={setFrom}
              />
              <Move
                label="Later part"
                icon={ChevronDown}
                from={from}
                to={Math.min(last, from + TEXT_BYTES)}
                onMove={setFrom}
              />
              <Move label="End" icon={ArrowDownToLine} from={from} to={last} onMove={setFrom} />
            </>
          ) : null}
        </nav>
      ) : null}
    </>
  );
}

function Move({
  label,
  icon,
  from,
  to,
  onMove,
}: {
  label: string;
  icon: LucideIcon;
  from: number;
  to: number;
  onMove: (to: number) => void;
}) {
  // Not disabled where there is no further: keys would be lost with the focus.
  return (
    <IconButton
      label={label}
      icon={icon}
      aria-disabled={from === to}
      className="aria-disabled:opacity-50"
      onClick={() => onMove(to)}
    />
  );
}

function partWords(from: number, size: number): string {
  const part = fileSize(TEXT_BYTES);
  if (from === 0) return `The first ${part} of ${fileSize(size)}`;
  if (from + TEXT_BYTES >= size) return `The last ${part} of ${fileSize(size)}`;
  return `${part} from ${fileSize(from)} on, of ${fileSize(size)}`;
}
