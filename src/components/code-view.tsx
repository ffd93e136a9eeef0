"use client";

import { withMarks } from "../lib/marks";
import "./code.css";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef } from "react";
import { CodeLine } from "./code-line";
import type { CodeLanguage } from "./highlight";
import { useHighlighted } from "./use-highlighted";

const ROW_PX = 20;

/** A file with line numbers. Only the visible lines are drawn; long lines wrap. */
export function CodeView({
  code,
  language,
  label,
  isNumbered = true,
  startsAtEnd = false,
}: {
  code: string;
  language: CodeLanguage | null;
  /** Name for screen readers. */
  label: string;
  /** False for a part of a file, whose lines nobody has counted. */
  isNumbered?: boolean;
  /** Shows the last lines first. */
  startsAtEnd?: boolean;
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
            <div key={key} ref={rows.measureElement} data-index={index} className="flex gap-4 px-4">
              {isNumbered ? (
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
