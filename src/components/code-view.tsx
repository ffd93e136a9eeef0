"use client";

import { MessageSquare } from "lucide-react";
import { withMarks } from "../lib/marks";
import "./code.css";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef } from "react";
import { CodeLine } from "./code-line";
import { cx } from "./cx";
import type { CodeLanguage } from "./highlight";
import { useHighlighted } from "./use-highlighted";

const ROW_PX = 20;

/** Lines from 1, both ends included. */
export interface LineRange {
  from: number;
  to: number;
}

export interface LinePicks {
  range: LineRange | null;
  onRange: (range: LineRange) => void;
  /** What is said of lines. */
  notes: readonly (LineRange & { id: string; open: boolean; by: string })[];
  onNote: (id: string) => void;
}

/** A file with line numbers. Only the visible lines are drawn; long lines wrap. */
export function CodeView({
  code,
  language,
  label,
  isNumbered = true,
  startsAtEnd = false,
  picks,
}: {
  code: string;
  language: CodeLanguage | null;
  /** Name for screen readers. */
  label: string;
  /** False for a part of a file, whose lines nobody has counted. */
  isNumbered?: boolean;
  /** Shows the last lines first. */
  startsAtEnd?: boolean;
  /** Lines can be chosen by their numbers. */
  picks?: LinePicks;
}) {
  const box = useRef<HTMLElement>(null);
  const plain = useMemo(() => code.split("\n"), [code]);
  const lines = useHighlighted(code, language);
  const rows = useVirtualizer({
    count: plain.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 30,
  });
  const end = useRef(startsAtEnd);
  useLayoutEffect(() => {
    if (end.current) rows.scrollToIndex(plain.length - 1, { align: "end" });
    end.current = false;
  }, [rows, plain.length]);
  const first = useRef(picks?.range?.from ?? null);
  useLayoutEffect(() => {
    if (first.current !== null) rows.scrollToIndex(first.current - 1, { align: "center" });
    first.current = null;
  }, [rows]);
  const from = useRef(picks?.range?.from ?? null);
  const pick = (line: number, extend: boolean) => {
    const begin = extend ? (from.current ?? line) : line;
    if (!extend) from.current = line;
    picks?.onRange({ from: Math.min(begin, line), to: Math.max(begin, line) });
  };
  const shown = rows.getVirtualItems();
  const numberWidth = `${String(plain.length).length}ch`;
  return (
    <section
      ref={box}
      aria-label={withMarks(label)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto overscroll-contain py-2 font-mono text-code outline-offset-[-2px]"
    >
      <div style={{ height: rows.getTotalSize() }}>
        <div style={{ transform: `translateY(${shown[0]?.start ?? 0}px)` }}>
          {shown.map(({ index, key }) => (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={cx("flex gap-4 px-4", isIn(picks?.range, index + 1) && "bg-accent-soft")}
            >
              {picks ? (
                <LineNumber
                  line={index + 1}
                  // Behind the last line end there is no line, and nothing to choose.
                  isLine={index < plain.length - 1 || plain[index] !== ""}
                  width={numberWidth}
                  picks={picks}
                  onPick={pick}
                />
              ) : isNumbered ? (
                <span
                  aria-hidden
                  className="shrink-0 text-right text-faint select-none"
                  style={{ width: numberWidth }}
                >
                  {index + 1}
                </span>
              ) : null}
              <code className="min-h-5 min-w-0 flex-1 wrap-anywhere whitespace-pre-wrap">
                <CodeLine tokens={lines?.[index]} text={plain[index] ?? ""} />
              </code>
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}

const isIn = (range: LineRange | null | undefined, line: number) =>
  range != null && range.from <= line && line <= range.to;

function LineNumber({
  line,
  isLine,
  width,
  picks: { range, notes, onNote },
  onPick,
}: {
  line: number;
  isLine: boolean;
  width: string;
  picks: LinePicks;
  onPick: (line: number, extend: boolean) => void;
}) {
  const note = notes.find(({ from }) => from === line);
  const isSaid = notes.some((each) => each.open && isIn(each, line));
  return (
    <span className="relative shrink-0 pl-5 select-none">
      {note ? (
        <button
          type="button"
          aria-label={withMarks(`Show the comment of ${note.by} on line ${line}`)}
          onClick={() => onNote(note.id)}
          className={cx(
            "absolute top-0 -left-1 inline-flex h-5 w-5 items-center justify-center rounded-inner hover:bg-pressed",
            note.open ? "text-accent-text" : "text-faint",
          )}
        >
          <MessageSquare aria-hidden size={12} fill={note.open ? "currentColor" : "none"} />
        </button>
      ) : null}
      {isLine ? (
        <button
          type="button"
          aria-label={`Line ${line}`}
          aria-pressed={isIn(range, line)}
          onClick={(event) => onPick(line, event.shiftKey)}
          style={{ minWidth: width }}
          className={cx(
            "text-right hover:text-text",
            isSaid || isIn(range, line) ? "text-accent-text" : "text-faint",
          )}
        >
          {line}
        </button>
      ) : (
        <span aria-hidden className="inline-block text-right text-faint" style={{ minWidth: width }}>
          {line}
        </span>
      )}
    </span>
  );
}
