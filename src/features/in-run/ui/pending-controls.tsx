"use client";

import { Undo2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { withMarks } from "../../../lib/marks";
import { type PendingDecision, sendNow, showInPlace, UNDO_MS, undoDecision } from "./pending-decisions";

/** In place of the buttons of a decision that is on its way: takes it back, or sends it now. */
export function PendingControls({ pending, onUndone }: { pending: PendingDecision; onUndone?: () => void }) {
  const { key, name, words, sending } = pending;
  const undo = useRef<HTMLButtonElement>(null);
  const left = useSecondsLeft(!sending);
  useEffect(() => showInPlace(key), [key]);
  // Where the button was that made the decision, so that the keyboard can take it back at once.
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement === null) undo.current?.focus();
  }, []);
  return (
    <span className="relative z-10 flex flex-wrap items-center gap-1.5">
      <span className="text-meta whitespace-nowrap text-muted tabular-nums">
        {withMarks(words.made)}
        <span aria-hidden>{sending ? " …" : ` in ${left} s`}</span>
      </span>
      <Button
        ref={undo}
        icon={Undo2}
        disabled={sending}
        aria-label={withMarks(`Undo: ${words.made.toLowerCase()}, ${name}`)}
        onClick={() => {
          if (undoDecision(key)) onUndone?.();
        }}
      >
        Undo
      </Button>
      <Button variant="ghost" busy={sending} aria-label="Send now" onClick={() => sendNow(key)}>
        Now
      </Button>
    </span>
  );
}

function useSecondsLeft(counts: boolean): number {
  const [left, setLeft] = useState(UNDO_MS / 1000);
  useEffect(() => {
    if (!counts) return;
    const timer = setInterval(() => setLeft((now) => Math.max(1, now - 1)), 1000);
    return () => clearInterval(timer);
  }, [counts]);
  return left;
}
