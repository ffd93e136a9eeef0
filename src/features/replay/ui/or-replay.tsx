"use client";

import { History } from "lucide-react";
import dynamic from "next/dynamic";
import { useCommands } from "../../../components/commands";
import { useAddress } from "../../../components/use-address";
import { BoardPage } from "../../board/ui/board-page";
import { RunView } from "../../runs/ui/run-page";

const ReplayRun = dynamic(() => import("./replay-run").then((part) => part.ReplayRun));
const ReplayBoard = dynamic(() => import("./replay-board").then((part) => part.ReplayBoard));

/** True where the address names a moment; a command leads to the last one. */
function useReplay(what: string): boolean {
  const { get, set } = useAddress();
  const replays = get("at") !== null;
  useCommands(
    replays
      ? []
      : [
          {
            id: "replay.begin",
            label: `Replay this ${what}`,
            group: "Replay",
            icon: History,
            shortcut: "shift+h",
            keywords: "time travel slider history as it was",
            run: () => set({ at: "last" }, { push: true }),
          },
        ],
  );
  return replays;
}

/** The page of a run, or the run as it was where the address says when. */
export function RunOrReplay({ id }: { id: string }) {
  return useReplay("run") ? <ReplayRun id={id} /> : <RunView id={id} />;
}

/** The board, or the board as it was. */
export function BoardOrReplay() {
  return useReplay("board") ? <ReplayBoard /> : <BoardPage />;
}
