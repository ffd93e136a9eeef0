"use client";

import { useCallback } from "react";
import { changedSearch } from "../../../components/use-address";
import { formatRange } from "../../log/ui/line-range";
import type { Comment } from "../schema";

type Anchor = NonNullable<Comment["anchor"]>;

/** What the address is changed to, to show what a comment is about. */
function placeOf(anchor: Anchor, comment_id: string | null): Record<string, string | null> {
  switch (anchor.kind) {
    case "change":
      return { more: "changes", tall: "1", file: anchor.path, comment: null };
    case "plan":
      return { step: anchor.step_id, attempt: String(anchor.attempt), tab: null, tall: null, comment: null };
    case "log":
      return { step: anchor.step_id, attempt: String(anchor.attempt), tab: "log", tall: null };
    case "text":
    case "image":
      return { artifact: anchor.artifact_id, comment: comment_id };
  }
}

/** Shows what a comment is about. */
export function useAnchorLink() {
  return useCallback((anchor: Anchor, comment_id: string | null) => {
    const search = changedSearch(window.location.search, placeOf(anchor, comment_id));
    const hash =
      anchor.kind === "log" ? formatRange({ from: anchor.start_line ?? anchor.line, to: anchor.line }) : "";
    window.history.replaceState(null, "", `${window.location.pathname}${search}${hash}`);
    // A log that is open already goes there too, also where it has been before.
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }, []);
}
