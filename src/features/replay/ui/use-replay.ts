"use client";

import { History } from "lucide-react";
import { useCommands } from "../../../components/commands";
import { useAddress } from "../../../components/use-address";

/** True where the address names a moment; a command leads to the last one. */
export function useReplay(what: string): boolean {
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
