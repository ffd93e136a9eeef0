"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, Table2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { cx } from "../../../components/cx";
import { EmptyState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import { type Order, readTable, sortRows } from "./read-table";

const ROW_PX = 28;
/** Characters of a cell that are drawn; its title has more. */
const CELL_CHARS = 300;
const TITLE_CHARS = 2_000;
const NUMBER = /^-?\d[\d.,]*(?:[eE][+-]?\d+)?%?$/;

/** CSV or TSV as a table: only the rows in sight are drawn. A click on a column's name sorts by it. */
export function TableView({ text, name }: { text: string; name: string }) {
  const box = useRef<HTMLElement>(null);
  const [order, setOrder] = useState<Order | null>(null);
  const table = useMemo(() => readTable(text, name), [text, name]);
  const rows = useMemo(() => sortRows(table?.rows ?? [], order), [table, order]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  if (!table) {
    return (
      <EmptyState icon={Table2} title="This table has no rows" className="flex-1">
        The text view shows what the file holds.
      </EmptyState>
    );
  }
  const columns = {
    // What is left of the width belongs to no column, so that numbers stay beside their names.
    gridTemplateColumns: `${String(rows.length).length + 3}ch ${table.widths.map((width) => `${width + 3}ch`).join(" ")} 1fr`,
  };
  return (
    <>
      <section
        ref={box}
        aria-label={withMarks(name)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto overscroll-contain font-mono text-code outline-offset-[-2px]"
      >
        <table
          aria-rowcount={rows.length + 1}
          aria-colcount={table.head.length + 1}
          className="block w-max min-w-full"
        >
          <thead className="sticky top-0 z-10 block bg-sunken">
            <tr aria-rowindex={1} className="grid border-b border-line" style={columns}>
              <th scope="col" className="px-2 py-1">
                <span className="sr-only">Row</span>
              </th>
              {table.head.map((title, at) => (
                <Head
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                  key={at}
                  title={title}
                  order={order?.column === at ? order : null}
                  onSort={() => setOrder(nextOrder(order, at))}
                />
              ))}
            </tr>
          </thead>
          <tbody className="relative block" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => (
              <tr
                key={index}
                aria-rowindex={index + 2}
                className="absolute inset-x-0 grid border-b border-line/60 hover:bg-hover"
                style={{ ...columns, top: start, height: ROW_PX }}
              >
                <th scope="row" className="truncate px-2 py-1 text-right font-normal text-faint select-none">
                  {index + 1}
                </th>
                {table.head.map((_, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                  <Cell key={at} text={rows[index]?.[at] ?? ""} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="sr-only" aria-live="polite">
        {order
          ? `Sorted by ${table.head[order.column]}, ${order.descends ? "descending" : "ascending"}`
          : "In the file's order"}
      </p>
      {table.left_out > 0 ? (
        <p className="shrink-0 border-t border-line px-4 py-1.5 text-meta text-muted">
          {table.left_out} more columns are in the text view.
        </p>
      ) : null}
    </>
  );
}

function nextOrder(order: Order | null, column: number): Order | null {
  if (order?.column !== column) return { column, descends: false };
  return order.descends ? null : { column, descends: true };
}

function Head({ title, order, onSort }: { title: string; order: Order | null; onSort: () => void }) {
  const Icon = order?.descends ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={order ? (order.descends ? "descending" : "ascending") : "none"}
      className="min-w-0 border-l border-line/60"
    >
      <button
        type="button"
        onClick={onSort}
        title={withMarks(title.slice(0, TITLE_CHARS))}
        className="group flex h-full w-full min-w-0 items-center gap-1 px-2 py-1 text-left font-medium outline-offset-[-2px] hover:bg-hover pointer-coarse:min-h-9"
      >
        <span className="truncate">{withMarks(title.slice(0, CELL_CHARS)) || "(no name)"}</span>
        <Icon
          aria-hidden
          size={12}
          className={cx(
            "shrink-0",
            order ? "text-accent-text" : "text-faint opacity-0 group-hover:opacity-100",
          )}
        />
      </button>
    </th>
  );
}

function Cell({ text }: { text: string }) {
  return (
    <td
      title={text.length > 20 ? withMarks(text.slice(0, TITLE_CHARS)) : undefined}
      className={cx(
        "truncate border-l border-line/60 px-2 py-1",
        NUMBER.test(text) && "text-right tabular-nums",
      )}
    >
      {withMarks(text.slice(0, CELL_CHARS))}
    </td>
  );
}
