"use client";

import {
  ArrowDownToLine,
  ArrowUpToLine,
  ChevronDown,
  ChevronUp,
  type LucideIcon,
  MessageSquarePlus,
} from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "../../../components/button";
import type { LineRange } from "../../../components/code-view";
import { fileSize } from "../../../components/file-size";
import type { CodeLanguage } from "../../../components/highlight";
import { IconButton } from "../../../components/icon-button";
import { useFileNotes, useSayKey } from "./file-notes";
import { FileProblem, TextSkeleton } from "./file-states";
import { TEXT_BYTES } from "./preview-kind";
import type { ShownFile } from "./shown-file";
import { useTextWindow } from "./use-file-text";

const CodeView = dynamic(() => import("../../../components/code-view").then((part) => part.CodeView), {
  loading: () => <TextSkeleton />,
});

/** Lines of which a quote is shown before it is sent; the server reads its own. */
const QUOTED = 20;

/** What is written to at its end is read from there. */
const GROWS = /\.(?:log|out|err|txt|jsonl|ndjson|tap)(?:\.\d+)?$/i;

/** A text as lines. A large one is shown in parts, a log from its end. */
export function TextPages({ file, language }: { file: ShownFile; language: CodeLanguage | null }) {
  const { size_bytes: size, ranged } = file;
  const last = Math.max(0, size - TEXT_BYTES);
  const isLarge = last > 0;
  const notes = useFileNotes();
  const sought = notes?.lines.find(({ id }) => id === notes.sought) ?? null;
  const [from, setFrom] = useState(ranged && GROWS.test(file.name) && !sought ? last : 0);
  const query = useTextWindow(file, from);
  const [range, setRange] = useState<LineRange | null>(sought);
  const onSay = notes?.onSay;
  const say =
    range && onSay && from === 0
      ? () => {
          const lines = (query.data?.text ?? "").split("\n").slice(range.from - 1, range.to);
          const shown = lines.length > QUOTED ? [...lines.slice(0, QUOTED), "…"] : lines;
          onSay({ kind: "text", from: range.from, to: range.to, quote: shown.join("\n").slice(0, 2_000) });
        }
      : null;
  useSayKey(say);
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
          {...(notes && from === 0
            ? { picks: { range, onRange: setRange, notes: notes.lines, onNote: notes.onShow } }
            : {})}
        />
      )}
      {range && say ? (
        <div className="flex min-h-10 shrink-0 items-center gap-2 border-t border-line px-4 py-1 text-meta text-muted">
          <span role="status" className="min-w-0 flex-1 truncate">
            {range.from === range.to ? `Line ${range.from}` : `Lines ${range.from} to ${range.to}`}
          </span>
          <Button icon={MessageSquarePlus} onClick={say}>
            Comment
          </Button>
        </div>
      ) : null}
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
