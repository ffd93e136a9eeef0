"use client";

import dynamic from "next/dynamic";
import { BoardPage } from "../../board/ui/board-page";
import { useReplay } from "./use-replay";

const ReplayBoard = dynamic(() => import("./replay-board").then((part) => part.ReplayBoard));

/** The board, or the board as it was. */
export function BoardOrReplay() {
  return useReplay("board") ? <ReplayBoard /> : <BoardPage />;
}
