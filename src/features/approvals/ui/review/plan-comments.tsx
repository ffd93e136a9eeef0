"use client";

import type { ReactNode } from "react";
import type { PlanRemark, PlanRemarks } from "../../../agents/ui/plan-remarks";
import type { Thread } from "../../../comments/ui/threads";
import { CommentField, NotSent, SentThread } from "./comment-boxes";
import type { ReviewDraft } from "./review-draft";

/** The comments on an attempt's plan, those that were sent and those of the draft. */
export function planRemarks(
  threads: readonly Thread[],
  { step_id, attempt }: { step_id: string; attempt: number },
  draft: ReviewDraft,
  mayWrite: boolean,
): PlanRemarks {
  const all: PlanRemark[] = [];
  const views = new Map<string, (isEarlier: boolean) => ReactNode>();
  for (const thread of threads) {
    const { first } = thread;
    const { anchor } = first;
    if (anchor?.kind !== "plan" || anchor.step_id !== step_id || anchor.attempt !== attempt) continue;
    all.push({ key: first.id, anchor });
    views.set(first.id, (isEarlier) => (
      <SentThread
        thread={thread}
        mayWrite={mayWrite}
        mark={isEarlier ? "on an earlier plan" : null}
        {...(isEarlier ? { quote: anchor.quote } : {})}
      />
    ));
  }
  for (const comment of draft.comments) {
    const { plan, key, open } = comment;
    if (!plan || plan.step_id !== step_id || plan.attempt !== attempt) continue;
    all.push({ key, anchor: plan });
    views.set(key, (isEarlier) =>
      open ? (
        <CommentField draft={draft} id={key} />
      ) : (
        <NotSent draft={draft} comment={comment} {...(isEarlier ? { quote: plan.quote } : {})} />
      ),
    );
  }
  return {
    all,
    render: (key, isEarlier) => views.get(key)?.(isEarlier) ?? null,
    ...(mayWrite ? { onAsk: (anchor) => draft.beginPlan({ step_id, attempt, ...anchor }) } : {}),
  };
}
