"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { sayFault } from "../../../components/fault";
import { FormError } from "../../../components/form-error";
import type { Comment } from "../schema";
import { CommentArea } from "./comment-area";
import { useCommentActions } from "./use-comment-actions";

/** Edits one's own comment in place. If saving fails, the typed text stays. */
export function CommentEditor({ comment, onClose }: { comment: Comment; onClose: () => void }) {
  const { update } = useCommentActions(comment.workflow_run_id);
  const [text, setText] = useState(comment.text);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const field = area.current;
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  }, []);

  const save = () => {
    if (text.trim() === "" || update.isPending) return;
    if (text === comment.text) return onClose();
    update.mutate({ id: comment.id, text }, { onSuccess: onClose });
  };

  return (
    <div className="my-1 flex flex-col gap-2 rounded-outer border border-line-strong bg-surface p-2">
      <CommentArea
        ref={area}
        label="Text of the comment"
        value={text}
        mentions={comment.mentions}
        onChange={setText}
        onSend={save}
        onEscape={onClose}
      />
      <FormError message={update.error ? sayFault(update.error) : null} />
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onClose} disabled={update.isPending}>
          Cancel
        </Button>
        <Button variant="primary" busy={update.isPending} disabled={text.trim() === ""} onClick={save}>
          Save
        </Button>
      </div>
    </div>
  );
}
