"use client";

import { useMemo } from "react";
import { useKept } from "../../../../components/use-kept";
import { trpc } from "../../../../trpc/react";
import type { EntryAnchor } from "../../../agents/ui/plan-remarks";
import type { LineAnchor } from "../../../changes/ui/remarks";

interface Drafted {
  key: string;
  text: string;
  /** It is being written; only others are sent. */
  open: boolean;
}

/** An entry of an agent's plan, as it was read. */
export interface DraftPlan extends EntryAnchor {
  step_id: string;
  attempt: number;
}

/** Lines, with the commit whose files were seen and their words; drafts of earlier versions do not say it. */
type DraftLines = LineAnchor & { snapshot?: string | null; quote?: string | null };

/** A comment on lines, or on an entry of a plan, that is not sent yet. */
export type DraftComment = (Drafted & DraftLines & { plan?: undefined }) | (Drafted & { plan: DraftPlan });

interface Draft {
  comments: DraftComment[];
  text: string;
}

const NOTHING: Draft = { comments: [], text: "" };

const isComment = (value: unknown): value is DraftComment => {
  const { key, text, plan, path, line, side } = (value ?? {}) as Partial<
    Drafted & LineAnchor & { plan: DraftPlan }
  >;
  const isPlaced = plan
    ? typeof plan.step_id === "string" && typeof plan.entry === "number" && typeof plan.quote === "string"
    : typeof path === "string" && typeof line === "number" && (side === "old" || side === "new");
  return typeof key === "string" && typeof text === "string" && isPlaced;
};

/** A draft as this browser keeps it; nothing where it is not one. */
export function parseDraft(kept: string): Draft {
  try {
    const { comments, text } = JSON.parse(kept || "{}") as Partial<Draft>;
    return {
      comments: Array.isArray(comments) ? comments.filter(isComment) : [],
      text: typeof text === "string" ? text : "",
    };
  } catch {
    return NOTHING;
  }
}

/** A person's review of a run before it is sent, kept in this browser. */
export function useReviewDraft(run_id: string) {
  const me = trpc.users.me.useQuery();
  const [kept, keep] = useKept(`phaseboard:review:${me.data?.id ?? ""}:${run_id}`);
  const draft = useMemo(() => parseDraft(kept), [kept]);
  const change = (next: Partial<Draft>) => {
    const { comments, text } = { ...draft, ...next };
    keep(comments.length === 0 && text === "" ? "" : JSON.stringify({ comments, text }));
  };
  const changeOne = (key: string, next: Partial<Drafted>) =>
    change({ comments: draft.comments.map((each) => (each.key === key ? { ...each, ...next } : each)) });
  return {
    ...draft,
    say: (text: string) => change({ text }),
    /** Begins a comment on lines. */
    begin: (anchor: DraftLines) => {
      const key = `${anchor.path}\0${anchor.side}\0${anchor.line}\0${draft.comments.length}\0${Date.now()}`;
      change({ comments: [...draft.comments, { ...anchor, key, text: "", open: true }] });
    },
    /** Begins a comment on an entry of a plan. */
    beginPlan: (plan: DraftPlan) => {
      const key = `plan\0${plan.step_id}\0${plan.entry}\0${draft.comments.length}\0${Date.now()}`;
      change({ comments: [...draft.comments, { plan, key, text: "", open: true }] });
    },
    changeOne,
    remove: (key: string) => change({ comments: draft.comments.filter((each) => each.key !== key) }),
    clear: () => keep(""),
  };
}

export type ReviewDraft = ReturnType<typeof useReviewDraft>;
