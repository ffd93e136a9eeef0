"use client";

import { useSyncExternalStore } from "react";
import { createDrafts, type MessageDraft, NO_DRAFT } from "./message-drafts";

const drafts = createDrafts(() => sessionStorage);

/** The draft of a comment on a run. `change` may be called after the component has unmounted. */
export function useMessageDraft(run_id: string): {
  draft: MessageDraft;
  change: (change: (draft: MessageDraft) => Partial<MessageDraft>) => void;
} {
  const draft = useSyncExternalStore(
    drafts.watch,
    () => drafts.read(run_id),
    () => NO_DRAFT,
  );
  return { draft, change: (change) => drafts.change(run_id, change) };
}
