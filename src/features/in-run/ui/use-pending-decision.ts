"use client";

import { type RefObject, useEffect, useRef, useSyncExternalStore } from "react";
import { announce } from "../../../components/announcer";
import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import {
  type DecisionWay,
  decideLater,
  forgetRefusal,
  type PendingDecision,
  pendingDecision,
  refusalOfDecision,
  subscribeDecisions,
} from "./pending-decisions";

/**
 * The decision on its way about what `key` names, also one that another part of the page made; and how one is made, which
 * is sent in five seconds and can be taken back until then. `pending` stays as long as `send` takes, so no button can be
 * pressed twice.
 */
export function usePendingDecision(key: string) {
  const pending = useSyncExternalStore(
    subscribeDecisions,
    () => pendingDecision(key),
    () => null,
  );
  const error = useSyncExternalStore(
    subscribeDecisions,
    () => refusalOfDecision(key),
    () => null,
  );
  const decide = (
    decision: Pick<PendingDecision, "name" | "words" | "call">,
    { onRefused, ...way }: Omit<DecisionWay, "onRefused"> & Partial<Pick<DecisionWay, "onRefused">>,
  ) => {
    const { words } = decision;
    const made = decideLater(
      { key, ...decision },
      {
        ...way,
        onRefused: (refusal) => {
          onRefused?.(refusal);
          toast.failed(words.refused, { description: sayFault(refusal) });
        },
      },
    );
    void made?.settled.then((how) => {
      if (how === "sent") announce(words.sent);
      if (how === "undone") announce("Taken back.");
    });
  };
  return { pending, error, decide, forget: () => forgetRefusal(key) };
}

/** Calls `onDone` as a decision was sent while the focus is in `box`, since its buttons disappear then. */
export function useOnSent(
  pending: PendingDecision | null,
  box: RefObject<HTMLElement | null>,
  onDone: () => void,
): void {
  const done = useRef(onDone);
  done.current = onDone;
  const settled = pending?.settled;
  useEffect(() => {
    void settled?.then((how) => {
      if (how === "sent" && box.current?.contains(document.activeElement)) done.current();
    });
  }, [settled, box]);
}
