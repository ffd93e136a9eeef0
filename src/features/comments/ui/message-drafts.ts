"use client";

import { nanoid } from "nanoid";
import { useSyncExternalStore } from "react";
import type { Comment } from "../schema";

/** A comment that was not sent yet. */
export interface MessageDraft {
  text: string;
  /** The step that it is about; null for the run. */
  on: string | null;
  /** What in the run it is about; null: the run or the step as a whole. */
  anchor: DraftAnchor | null;
  /** Artifacts uploaded for it. */
  artifact_ids: string[];
  /** The last attempt to send it; null before the first attempt and after a success. */
  sent: Sent | null;
}

/** As it is sent, but for the quote, which the server reads itself. */
export type DraftAnchor = Extract<NonNullable<Comment["anchor"]>, { kind: "log" | "text" | "image" }>;

/** The request as JSON, and the idempotency key under which it was sent. */
export interface Sent {
  key: string;
  asked: string;
}

export const NO_DRAFT: MessageDraft = { text: "", on: null, anchor: null, artifact_ids: [], sent: null };

/**
 * What to send it as: an unchanged draft reuses the last key, since the first request may have succeeded
 * without its answer arriving.
 */
export function sentAs({ sent }: Pick<MessageDraft, "sent">, input: object): Sent {
  const asked = JSON.stringify(input);
  return sent?.asked === asked ? sent : { key: nanoid(), asked };
}

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const keyOf = (run_id: string) => `phaseboard:comment:${run_id}`;

function isAnchor(value: unknown): value is DraftAnchor {
  const { kind, ...rest } = (value ?? {}) as Partial<Record<string, unknown>>;
  const are = (type: "string" | "number", ...names: string[]) =>
    names.every((name) => typeof rest[name] === type);
  if (kind === "image") return are("string", "artifact_id") && are("number", "x", "y", "width", "height");
  const isOf =
    kind === "log" ? are("string", "step_id") && are("number", "attempt") : are("string", "artifact_id");
  return (kind === "log" || kind === "text") && isOf && are("number", "line") && are("string", "quote");
}

function parse(text: string | null): MessageDraft {
  try {
    const stored = JSON.parse(text ?? "null") as Partial<MessageDraft> | null;
    if (typeof stored?.text !== "string") return NO_DRAFT;
    return {
      text: stored.text,
      on: typeof stored.on === "string" ? stored.on : null,
      anchor: isAnchor(stored.anchor) ? stored.anchor : null,
      artifact_ids: Array.isArray(stored.artifact_ids)
        ? stored.artifact_ids.filter((id) => typeof id === "string")
        : [],
      sent:
        typeof stored.sent?.key === "string" && typeof stored.sent.asked === "string" ? stored.sent : null,
    };
  } catch {
    return NO_DRAFT;
  }
}

/**
 * One draft for each run, kept in this tab's storage; without storage it lasts as long as the page. It is no
 * component, since an upload may finish while another tab of the panel is open.
 */
export function createDrafts(storage: () => Kept) {
  const drafts = new Map<string, MessageDraft>();
  const watchers = new Set<() => void>();

  const read = (run_id: string): MessageDraft => {
    const known = drafts.get(run_id);
    if (known) return known;
    let draft = NO_DRAFT;
    try {
      draft = parse(storage().getItem(keyOf(run_id)));
    } catch {}
    drafts.set(run_id, draft);
    return draft;
  };

  return {
    read,
    watch: (watcher: () => void) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    /** Changes parts of a draft. A draft without text and files is removed. */
    change: (run_id: string, change: (draft: MessageDraft) => Partial<MessageDraft>) => {
      const before = read(run_id);
      const draft = { ...before, ...change(before) };
      drafts.set(run_id, draft);
      try {
        if (draft.text === "" && draft.artifact_ids.length === 0) storage().removeItem(keyOf(run_id));
        else storage().setItem(keyOf(run_id), JSON.stringify(draft));
      } catch {}
      for (const watcher of watchers) watcher();
    },
  };
}

const drafts = createDrafts(() => sessionStorage);

/** Begins a comment on something in a run; what is typed already stays. */
export const anchorDraft = (run_id: string, anchor: DraftAnchor): void =>
  drafts.change(run_id, () => ({ anchor }));

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
