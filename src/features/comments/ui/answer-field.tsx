"use client";

import { useEffect, useRef } from "react";
import { Button } from "../../../components/button";
import { sayFault } from "../../../components/fault";
import { FormError } from "../../../components/form-error";
import { useKept } from "../../../components/use-kept";
import { CommentArea } from "./comment-area";
import { TEXT_LIMIT } from "./draft-words";
import { type Sent, sentAs } from "./message-drafts";
import { useCommentActions } from "./use-comment-actions";

/** What is typed as an answer to a comment; this browser keeps it until it is sent. */
export const useAnswerDraft = (parent_id: string) => useKept(`phaseboard:answer:${parent_id}`);

/** Answers a comment in its thread. If sending fails, the typed text stays. */
export function AnswerField({
  run_id,
  parent_id,
  onClose,
}: {
  run_id: string;
  parent_id: string;
  /** It was sent, or is given up. */
  onClose: () => void;
}) {
  const { create } = useCommentActions(run_id);
  const [text, keep] = useAnswerDraft(parent_id);
  const area = useRef<HTMLTextAreaElement>(null);
  const sent = useRef<Sent | null>(null);
  useEffect(() => area.current?.focus(), []);
  const isReady = text.trim() !== "" && text.length <= TEXT_LIMIT;
  const send = async () => {
    if (!isReady || create.isPending) return;
    const input = { run_id, parent_id, text };
    sent.current = sentAs({ sent: sent.current }, input);
    const made = await create.mutateAsync({ ...input, idempotency_key: sent.current.key }).catch(() => null);
    if (!made) return;
    keep("");
    onClose();
  };
  const close = () => {
    keep("");
    onClose();
  };
  return (
    <div className="my-1 flex flex-col gap-2 rounded-outer border border-line-strong bg-surface p-2">
      <CommentArea
        ref={area}
        label="Answer"
        value={text}
        onChange={keep}
        onSend={() => void send()}
        onEscape={() => text.trim() === "" && close()}
      />
      <FormError message={create.error ? sayFault(create.error) : null} />
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={close} disabled={create.isPending}>
          Cancel
        </Button>
        <Button variant="primary" busy={create.isPending} disabled={!isReady} onClick={() => void send()}>
          Answer
        </Button>
      </div>
    </div>
  );
}
