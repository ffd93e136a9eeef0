"use client";

import { type ReactNode, useMemo } from "react";
import type { LineAnchor, Remarks } from "../../../changes/ui/remarks";
import type { WireRun } from "../../../in-run/ui/wire";
import { CommentField, NotSent, SentComment } from "./comment-boxes";
import type { ReviewDraft } from "./review-draft";

/** The comments on lines of a run's changes, those that were sent and those of the draft. */
export function useLineComments(run: WireRun, draft: ReviewDraft, mayWrite: boolean): Remarks {
  const sent = useMemo(
    () =>
      run.comments.flatMap((comment) =>
        comment.anchor?.kind === "change" ? [{ comment, anchor: comment.anchor }] : [],
      ),
    [run.comments],
  );
  const { comments } = draft;
  return useMemo(() => {
    const byKey = new Map<string, () => ReactNode>();
    const byPath = new Map<string, { key: string; anchor: LineAnchor }[]>();
    const add = (key: string, anchor: LineAnchor, show: () => ReactNode) => {
      byKey.set(key, show);
      byPath.set(anchor.path, [...(byPath.get(anchor.path) ?? []), { key, anchor }]);
    };
    for (const { comment, anchor } of sent)
      add(comment.id, anchor, () => (
        <SentComment comment={comment} mark={anchor.snapshot === run.snapshot ? null : "on earlier files"} />
      ));
    // A key says too whether it is being written, since the lines are drawn anew only where keys change.
    for (const each of comments) {
      if (each.plan) continue;
      add(`${each.key}\0${each.open}`, each, () =>
        each.open ? <CommentField draft={draft} id={each.key} /> : <NotSent draft={draft} comment={each} />,
      );
    }
    return {
      of: (path) => byPath.get(path) ?? [],
      render: (key) => byKey.get(key)?.() ?? null,
      ...(mayWrite ? { onAsk: draft.begin } : {}),
    };
  }, [sent, comments, draft, mayWrite, run.snapshot]);
}
