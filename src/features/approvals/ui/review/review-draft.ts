"use client";

import { useMemo } from "react";
import { useKept } from "../../../../components/use-kept";
import { trpc } from "../../../../trpc/react";
import type { LineAnchor } from "../../../changes/ui/remarks";

/** A comment on lines that is not sent yet. */
export interface DraftComment extends LineAnchor {
  key: string;
  text: string;
  /** It is being written; only others are sent. */
  open: boolean;
}

interface Draft {
  comments: DraftComment[];
  text: string;
}

const NOTHING: Draft = { comments: [], text: "" };

const isComment = (value: unknown): value is DraftComment => {
  const { key, text, path, line, side } = (value ?? {}) as Partial<DraftComment>;
  const isPlaced = typeof path === "string" && typeof line === "number" && (side === "old" || side === "new");
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
  const changeOne = (key: string, next: Partial<DraftComment>) =>
    change({ comments: draft.comments.map((each) => (each.key === key ? { ...each, ...next } : each)) });
  return {
    ...draft,
    say: (text: string) => change({ text }),
    begin: (anchor: LineAnchor) => {
      const key = `${anchor.path}\0${anchor.side}\0${anchor.line}\0${draft.comments.length}\0${Date.now()}`;
      change({ comments: [...draft.comments, { ...anchor, key, text: "", open: true }] });
    },
    changeOne,
    remove: (key: string) => change({ comments: draft.comments.filter((each) => each.key !== key) }),
    clear: () => keep(""),
  };
}

export type ReviewDraft = ReturnType<typeof useReviewDraft>;
