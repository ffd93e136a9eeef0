"use client";

import { useEffect, useRef } from "react";
import { Dialog } from "../../../components/dialog";
import { withMarks } from "../../../lib/marks";
import { withNumber } from "../../in-run/ui/run-facts";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { RunListItem } from "../../runs/schema";
import type { BoardGroup } from "../groups";
import type { ColumnFacts } from "./columns";
import { type Move, moveOf } from "./moves";

/** The columns to which a card can be moved, each with what that does, or why it cannot be. */
export function MoveDialog({
  run,
  columns,
  group,
  onMove,
  onClose,
}: {
  run: RunListItem;
  columns: readonly ColumnFacts[];
  group: BoardGroup;
  onMove: (move: Move) => void;
  onClose: () => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.querySelector<HTMLElement>("button:not([aria-disabled])")?.focus(), []);
  const turn = (event: React.KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    buttons[(at + by + buttons.length) % buttons.length]?.focus();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} width="sm" title={`Move ${withNumber(run)} to`}>
      <ul ref={list} onKeyDown={turn} className="-mx-2 flex flex-col">
        {columns.map((column) => {
          const move = moveOf(run, column, group, columns);
          const cannot = move === null || move.kind === "refused";
          return (
            <li key={column.key}>
              <button
                type="button"
                aria-disabled={cannot || undefined}
                onClick={() => !cannot && onMove(move)}
                className="flex min-h-9 w-full items-start gap-2 rounded-inner px-2 py-1.5 text-left text-list outline-offset-[-2px] hover:bg-hover focus-visible:bg-pressed aria-disabled:hover:bg-transparent"
              >
                {column.status ? (
                  <StatusIcon status={column.status} decorative still className="mt-[3px]" />
                ) : null}
                <span className="min-w-0 flex-1">
                  <span className={cannot ? "text-muted" : "text-text"}>{withMarks(column.title)}</span>
                  <span className="block text-meta text-pretty text-muted">
                    {withMarks(move?.says ?? "It is here")}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
