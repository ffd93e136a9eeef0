"use client";

import { Undo2 } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { useCommands } from "../../../components/commands";
import { toast } from "../../../components/toast";
import { isShownInPlace, subscribeDecisions, undoableDecision, undoDecision } from "./pending-decisions";

/** Takes back the newest decision on every page: by its key, and by a toast where the page does not show it. */
export function UndoDecision() {
  const newest = useSyncExternalStore(subscribeDecisions, undoableDecision, () => null);
  const inPlace = useSyncExternalStore(subscribeDecisions, isShownInPlace, () => false);
  useCommands(
    newest === null
      ? []
      : [
          {
            id: "decision.undo",
            label: `Undo the decision on ${newest.name}`,
            group: "Run",
            icon: Undo2,
            shortcut: "z",
            run: () => undoDecision(newest.key),
          },
        ],
  );
  useEffect(() => {
    if (newest === null || inPlace) return;
    const { key, words } = newest;
    let close = () => {};
    // A dialog closes first, and what is behind it may show it.
    const timer = setTimeout(() => {
      close = toast.done(words.comes, {
        description: "It is sent in five seconds, or when you leave this tab.",
        action: { label: "Undo", run: () => undoDecision(key) },
      });
    }, 300);
    return () => {
      clearTimeout(timer);
      close();
    };
  }, [newest, inPlace]);
  return null;
}
