"use client";

import { memo, type ReactNode, useCallback, useRef } from "react";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { CardList } from "./card-list";
import { ColumnEdge } from "./column-edge";
import type { ColumnFacts as Column } from "./columns";
import type { Move } from "./moves";
import { useDropColumn } from "./use-dragging";

/** How a column is set up: folded to a strip, and how wide. */
export interface ColumnSetUp {
  folded: boolean;
  width: number | undefined;
}

/** A column of the board with as many of its cards as are in sight; folded, a strip with its name and count. */
export const BoardColumn = memo(ColumnView) as typeof ColumnView;

function ColumnView<R extends { id: string }>({
  column,
  folded,
  width,
  card,
  onMore,
  onUnfold,
  onWidth,
  near,
  menu,
  meant,
  foot,
}: ColumnSetUp & {
  column: Column<R>;
  card: (run: R) => ReactNode;
  /** Loads the next page of the column with this key. */
  onMore: (key: string) => Promise<void>;
  onUnfold: (key: string) => void;
  onWidth: (key: string, width: number | undefined) => void;
  near: boolean;
  menu: ReactNode;
  /** While a card is dragged: what dropping it here would do; null where it is here. */
  meant: Move | null;
  /** What comes behind the cards. */
  foot?: ReactNode;
}) {
  const { key, runs, title, status, hint, total, more } = column;
  const section = useRef<HTMLElement>(null);
  const onEnd = useCallback(() => onMore(key), [onMore, key]);
  const isOver = useDropColumn(section, key);
  const isTaken = meant !== null && meant.kind !== "refused";
  const count = total.toLocaleString("en");
  const icon = status ? <StatusIcon status={status} decorative still /> : null;
  return (
    <section
      ref={section}
      data-column={key}
      aria-label={withMarks(`${title}, ${total} ${total === 1 ? "run" : "runs"}`)}
      style={folded || width === undefined ? undefined : { flex: "none", width, maxWidth: "none" }}
      className={cx(
        "relative flex min-h-0 snap-start flex-col border-r border-line last:border-r-0 max-md:!w-[calc(100vw-2.5rem)] max-md:!flex-none",
        folded ? "w-10 flex-none" : "min-w-56 flex-1 basis-64 md:max-w-120",
      )}
    >
      {meant && (isOver || isTaken) ? (
        <div
          aria-hidden
          className={cx(
            "pointer-events-none absolute inset-x-1 top-9 bottom-1 z-20 flex items-start justify-center rounded-outer border border-dashed p-2 text-center text-meta",
            isOver && isTaken && "border-accent bg-accent/10 text-accent-text",
            isOver && !isTaken && "border-line-strong bg-canvas/80 text-muted",
            !isOver && "border-line-strong text-transparent",
          )}
        >
          <span className="rounded-inner bg-surface px-1.5 py-0.5 empty:hidden">
            {isOver ? withMarks(meant.says) : null}
          </span>
        </div>
      ) : null}
      {folded ? (
        <button
          type="button"
          aria-expanded={false}
          title={hint && withMarks(hint)}
          onClick={() => onUnfold(key)}
          className="flex min-h-0 flex-1 flex-col items-center gap-2 overflow-hidden pt-3 text-muted outline-offset-[-2px] transition-colors hover:bg-hover hover:text-text"
        >
          {icon}
          <span className="text-meta text-faint tabular-nums">{count}</span>
          <span className="min-h-0 truncate text-list font-medium [writing-mode:vertical-rl]">
            {withMarks(title)}
          </span>
        </button>
      ) : (
        <>
          <header className="flex h-9 shrink-0 items-center gap-2 pr-1 pl-3">
            {icon}
            <h2 className="min-w-0 truncate text-list font-medium">{withMarks(title)}</h2>
            <span className="text-meta text-faint">{count}</span>
            <span className="ml-auto">{menu}</span>
          </header>
          {runs.length === 0 && !more ? (
            <p className="px-3 pt-1 text-meta text-pretty text-faint">{hint}</p>
          ) : null}
          <CardList runs={runs} card={card} onEnd={more ? onEnd : null} near={near}>
            {foot}
          </CardList>
          <ColumnEdge title={title} column={section} onWidth={(next) => onWidth(key, next)} />
        </>
      )}
    </section>
  );
}
