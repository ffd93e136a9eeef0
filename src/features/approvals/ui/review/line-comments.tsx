"use client";

import { type ReactNode, useEffect, useMemo } from "react";
import { MAX_LIMIT } from "../../../../lib/page-size";
import { trpc } from "../../../../trpc/react";
import type { RemarkAnchor, Remarks } from "../../../changes/ui/remarks";
import type { Thread } from "../../../comments/ui/threads";
import { useRunThreads } from "../../../comments/ui/use-run-threads";
import type { WireRun } from "../../../in-run/ui/wire";
import { CommentField, NotSent, SentThread } from "./comment-boxes";
import type { ReviewDraft } from "./review-draft";

/**
 * The comments on lines of a run's changes, those that were sent and those of the draft. `step_id`: in the changes of
 * this step alone, where the lines of the whole run's files may be others, so that no comment is begun there.
 */
export function useLineComments(
  run: WireRun,
  step_id: string | undefined,
  draft: ReviewDraft,
  mayWrite: boolean,
): Remarks {
  const sent = useSent(run, step_id);
  const { comments } = draft;
  return useMemo(() => {
    const byKey = new Map<string, () => ReactNode>();
    const byPath = new Map<string, { key: string; anchor: RemarkAnchor }[]>();
    const add = (key: string, anchor: RemarkAnchor, show: () => ReactNode) => {
      byKey.set(key, show);
      byPath.set(anchor.path, [...(byPath.get(anchor.path) ?? []), { key, anchor }]);
    };
    // A key says too how it is shown, since the lines are drawn anew only where keys change.
    for (const { thread, anchor, ...about } of sent) {
      const key = `${thread.first.id}\0${about.mark ?? ""}`;
      add(key, anchor, () => <SentThread thread={thread} mayWrite={mayWrite} {...about} />);
    }
    for (const each of step_id === undefined ? comments : []) {
      if (each.plan) continue;
      const mark = each.snapshot === undefined || each.snapshot === run.snapshot ? null : CHANGED;
      add(`${each.key}\0${each.open}\0${mark ?? ""}`, each, () =>
        each.open ? (
          <CommentField draft={draft} id={each.key} mark={mark} />
        ) : (
          <NotSent draft={draft} comment={each} mark={mark} />
        ),
      );
    }
    const begins = mayWrite && step_id === undefined;
    return {
      of: (path) => byPath.get(path) ?? [],
      render: (key) => byKey.get(key)?.() ?? null,
      ...(begins
        ? { onAsk: (anchor, quote) => draft.begin({ ...anchor, quote, snapshot: run.snapshot }) }
        : {}),
    };
  }, [sent, comments, draft, mayWrite, run.snapshot, step_id]);
}

const CHANGED = "the files have changed since";

interface Placed {
  thread: Thread;
  anchor: RemarkAnchor;
  mark: string | null;
  quote?: string;
}

/** The comments that were sent, where their lines are now. */
function useSent(run: WireRun, step_id: string | undefined): Placed[] {
  const threads = useRunThreads(run);
  const sent = useMemo(
    () =>
      threads.flatMap((thread) =>
        thread.first.anchor?.kind === "change" ? [{ thread, anchor: thread.first.anchor }] : [],
      ),
    [threads],
  );
  const query = trpc.reviews.lines.useQuery(
    { run_id: run.id, limit: MAX_LIMIT, ...(step_id === undefined ? {} : { step_id }) },
    { enabled: sent.length > 0 },
  );
  const { data, isPending, refetch } = query;
  // The list is read again with the run's steps; a comment alone changes none of them.
  const known = useMemo(() => new Map(data?.items.map((each) => [each.comment_id, each])), [data]);
  const isMissing = data !== undefined && sent.some(({ thread }) => !known.has(thread.first.id));
  useEffect(() => {
    if (isMissing && sent.length <= MAX_LIMIT) void refetch();
  }, [isMissing, sent.length, refetch]);
  return useMemo(
    () =>
      sent.flatMap(({ thread, anchor }): Placed[] => {
        const isSame = step_id === undefined && anchor.snapshot === run.snapshot;
        const now = known.get(thread.first.id);
        if (!now) {
          // Nothing moves once it is there; where it cannot be told, it says so.
          if (isPending && !isSame) return [];
          return [{ thread, anchor, mark: isSame ? null : "on earlier files" }];
        }
        const { path, side, line, start_line, quote } = now;
        if (line === null) {
          const mark = `line ${anchor.line} has changed since`;
          return [{ thread, anchor: { path, side, line: null }, mark, ...(quote === null ? {} : { quote }) }];
        }
        const mark = line === anchor.line ? null : `was line ${anchor.line}`;
        return [{ thread, anchor: { path, side, line, start_line }, mark }];
      }),
    [sent, known, isPending, run.snapshot, step_id],
  );
}
