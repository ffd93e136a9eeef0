"use client";

import { useMemo } from "react";
import { readKept, useKept, writeKept } from "../../../../components/use-kept";
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

export interface Draft {
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

function keepDraft(place: string, { comments, text }: Draft): void {
  writeKept(place, comments.length === 0 && text === "" ? "" : JSON.stringify({ comments, text }));
}

/** A person's review of a run before it is sent, kept in this browser. */
export function useReviewDraft(run_id: string) {
  const me = trpc.users.me.useQuery();
  const place = `phaseboard:review:${me.data?.id ?? ""}:${run_id}`;
  const [kept] = useKept(place);
  const draft = useMemo(() => parseDraft(kept), [kept]);
  const change = (next: Partial<Draft>) => keepDraft(place, { ...draft, ...next });
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
    /** Takes off what was sent; what was written since stays. */
    drop: (sent: Draft) => {
      const now = parseDraft(readKept(place));
      const isSent = ({ key, text }: DraftComment) =>
        sent.comments.some((each) => each.key === key && each.text === text);
      keepDraft(place, {
        comments: now.comments.filter((each) => !isSent(each)),
        text: now.text === sent.text ? "" : now.text,
      });
    },
    /** Puts back what was dropped, and then refused. */
    putBack: (sent: Draft) => {
      const now = parseDraft(readKept(place));
      const lost = sent.comments.filter(({ key }) => !now.comments.some((each) => each.key === key));
      keepDraft(place, {
        comments: [...lost, ...now.comments],
        text: now.text === "" ? sent.text : now.text,
      });
    },
  };
}

export type ReviewDraft = ReturnType<typeof useReviewDraft>;
