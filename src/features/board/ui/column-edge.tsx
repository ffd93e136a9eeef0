"use client";

import { type RefObject, useRef, useState } from "react";
import { withMarks } from "../../../lib/marks";

const STEP = 16;

/** The right edge of a column, by which it is made wider or narrower: by dragging, or with the arrow keys. */
export function ColumnEdge({
  title,
  column,
  onWidth,
}: {
  title: string;
  column: RefObject<HTMLElement | null>;
  /** Undefined: as wide as the board finds best. */
  onWidth: (width: number | undefined) => void;
}) {
  const begun = useRef<{ x: number; width: number } | null>(null);
  const [width, setWidth] = useState(0);
  const widthOf = () => column.current?.offsetWidth ?? 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule that is dragged is no hr
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={withMarks(`Width of ${title}`)}
      aria-valuenow={width}
      aria-valuetext={`${width} pixels`}
      onFocus={() => setWidth(widthOf())}
      className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize outline-none select-none hover:bg-line-strong/50 focus-visible:bg-focus/60 max-md:hidden pointer-coarse:hidden"
      onDoubleClick={() => onWidth(undefined)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        begun.current = { x: event.clientX, width: widthOf() };
      }}
      onPointerMove={(event) => {
        const from = begun.current;
        // Written to the column alone while it is dragged, and kept at the end.
        if (from && column.current) {
          Object.assign(column.current.style, {
            flex: "none",
            maxWidth: "none",
            width: `${from.width + event.clientX - from.x}px`,
          });
        }
      }}
      onPointerUp={(event) => {
        const from = begun.current;
        begun.current = null;
        if (from && Math.abs(event.clientX - from.x) > 2) onWidth(from.width + event.clientX - from.x);
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        onWidth(widthOf() + by);
        setWidth(widthOf() + by);
      }}
    />
  );
}
