"use client";

import { ArrowRightLeft } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useRef, useState } from "react";
import { announce } from "../../../components/announcer";
import { useCommands } from "../../../components/commands";
import { withNumber } from "../../in-run/ui/run-facts";
import type { RunListItem } from "../../runs/schema";
import type { BoardGroup } from "../groups";
import type { ColumnFacts } from "./columns";
import { type Move, moveOf } from "./moves";
import { DraggingProvider, type Point, useDraggable, useDragLibrary, useDragMonitor } from "./use-dragging";
import { GLIDES, springBack } from "./use-glide";

const MoveDialog = dynamic(() => import("./move-dialog").then((part) => part.MoveDialog));
const MoveRun = dynamic(() => import("./move-run").then((part) => part.MoveRun));

/** A card that can be dragged. */
export function DraggableCard({ id, children }: { id: string; children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  useDraggable(element, id);
  return <div ref={element}>{children}</div>;
}

/**
 * Moves cards from column to column: by dragging, by "m" on the one in focus, and by `ask`. `mayMove`: whether any can be;
 * `around`: what a run's actions need around them.
 */
export function useMoves({
  columns,
  group,
  mayMove,
  isMovable = () => true,
  around = (_, children) => children,
}: {
  columns: readonly ColumnFacts[];
  group: BoardGroup;
  mayMove: boolean;
  isMovable?: (run: RunListItem) => boolean;
  around?: (run: RunListItem, children: ReactNode) => ReactNode;
}) {
  const [moving, setMoving] = useState<RunListItem | null>(null);
  const [move, setMove] = useState<{ run: RunListItem; move: Move } | null>(null);
  const [dragged, setDragged] = useState<RunListItem | null>(null);
  const latest = useRef(columns);
  latest.current = columns;
  const find = (id: string) => latest.current.flatMap(({ runs }) => runs).find((run) => run.id === id);
  const library = useDragLibrary(mayMove);
  useDragMonitor(library, {
    start: (id) => {
      const run = find(id) ?? null;
      setDragged(run);
      if (run) announce(`${withNumber(run)} is lifted.`);
    },
    drop: (id, key, card: Element, by: Point) => {
      setDragged(null);
      const run = find(id);
      const to = latest.current.find((column) => column.key === key);
      const meant = run && to ? moveOf(run, to, group, latest.current) : null;
      if (!run || !meant || meant.kind === "refused") springBack(card, by);
      if (run && meant) setMove({ run, move: meant });
    },
  });
  useCommands(
    mayMove
      ? [
          {
            id: "board.move",
            label: "Move the run in focus…",
            group: "Board",
            icon: ArrowRightLeft,
            shortcut: "m",
            run: () => {
              const card = document.activeElement?.closest(`[${GLIDES}]`);
              const run = card && find(card.getAttribute(GLIDES) ?? "");
              setMoving(run && isMovable(run) ? run : null);
            },
          },
        ]
      : [],
  );
  return {
    ask: setMoving,
    /** What letting the dragged card go over the column would do; null where nothing is dragged. */
    meantBy: (column: ColumnFacts) => (dragged ? moveOf(dragged, column, group, columns) : null),
    /** Goes around the board. */
    wrap: (board: ReactNode) => (
      <DraggingProvider value={library}>
        {board}
        {moving ? (
          <MoveDialog
            run={moving}
            columns={columns}
            group={group}
            onMove={(chosen) => {
              setMove({ run: moving, move: chosen });
              setMoving(null);
            }}
            onClose={() => setMoving(null)}
          />
        ) : null}
        {move
          ? around(
              move.run,
              <MoveRun key={move.run.id} run={move.run} move={move.move} onDone={() => setMove(null)} />,
            )
          : null}
      </DraggingProvider>
    ),
  };
}
