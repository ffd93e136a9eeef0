"use client";

import { useSyncExternalStore } from "react";
import { createDrafts, type Draft, NO_DRAFT } from "./message-drafts";

const drafts = createDrafts(() => sessionStorage);

/** The comment that is being written on a run. `change` may be called after the caller is gone. */
export function useMessageDraft(run_id: string): {
  draft: Draft;
  change: (change: (draft: Draft) => Partial<Draft>) => void;
} {
  const draft = useSyncExternalStore(
    drafts.watch,
    () => drafts.read(run_id),
    () => NO_DRAFT,
  );
  return { draft, change: (change) => drafts.change(run_id, change) };
}
