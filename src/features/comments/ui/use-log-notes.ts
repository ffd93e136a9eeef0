"use client";

import { useMemo } from "react";
import { useAddress } from "../../../components/use-address";
import type { WireRun } from "../../in-run/ui/wire";
import type { LogNote, LogNotes } from "../../log/ui/log-notes";
import { focusComposer } from "./composer-focus";
import { anchorDraft } from "./message-drafts";
import { isOpenThread } from "./threads";
import { useRunThreads } from "./use-run-threads";

/** The threads on lines of an attempt's log, and how one is begun. */
export function useLogNotes(run: WireRun, step_id: string, attempt: number, mayWrite: boolean): LogNotes {
  const threads = useRunThreads(run);
  const { set } = useAddress();
  return useMemo(() => {
    const at = new Map<number, LogNote & { id: string }>();
    const open: { from: number; to: number }[] = [];
    for (const { first } of threads) {
      const { anchor } = first;
      if (anchor?.kind !== "log" || anchor.step_id !== step_id || anchor.attempt !== attempt) continue;
      const from = anchor.start_line ?? anchor.line;
      const isOpen = isOpenThread(first);
      if (isOpen) open.push({ from, to: anchor.line });
      const before = at.get(from);
      // The button leads to the oldest that is open.
      const id = before && (before.open || !isOpen) ? before.id : first.id;
      at.set(from, { count: (before?.count ?? 0) + 1, open: isOpen || (before?.open ?? false), id });
    }
    return {
      at: (line) => at.get(line),
      covers: (line) => open.some(({ from, to }) => from <= line && line <= to),
      onShow: (line) => {
        const id = at.get(line)?.id;
        if (id !== undefined) set({ more: "comments", comment: id, on: null, threads: null, tall: null });
      },
      ...(mayWrite
        ? {
            onSay: ({ from, to }, quote) => {
              const start_line = from === to ? null : from;
              anchorDraft(run.id, { kind: "log", step_id, attempt, line: to, start_line, quote });
              set({ more: "comments", comment: null, tall: null });
              focusComposer();
            },
          }
        : {}),
    };
  }, [threads, step_id, attempt, run.id, mayWrite, set]);
}
