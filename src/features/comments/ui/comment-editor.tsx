"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { sayFault } from "../../../components/fault";
import { FormError } from "../../../components/form-error";
import type { Comment } from "../schema";
import { MarkdownArea } from "./markdown-area";
import type { useCommentActions } from "./use-comment-actions";

/** Edits one's own comment in place. If saving fails, the typed text stays. */
export function CommentEditor({
  comment,
  update,
  onClose,
}: {
  comment: Comment;
  update: ReturnType<typeof useCommentActions>["update"];
  onClose: () => void;
}) {
  const [text, setText] = useState(comment.text);
  const area = useRef<HTMLTextAreaElement>(null);
  const [saving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    const field = area.current;
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  }, []);

  const save = async () => {
    if (text.trim() === "" || saving) return;
    if (text === comment.text) return onClose();
    setSaving(true);
    setRefusal(null);
    try {
      await update.mutateAsync({ id: comment.id, text });
      onClose();
    } catch (error) {
      setRefusal(error instanceof Error ? sayFault(error) : "It could not be saved. Try again.");
      setSaving(false);
    }
  };

  return (
    <div className="my-1 flex flex-col gap-2 rounded-outer border border-line-strong bg-surface p-2">
      <MarkdownArea
        ref={area}
        label="Text of the comment"
        value={text}
        onChange={setText}
        onSend={() => void save()}
        onEscape={onClose}
      />
      <FormError message={refusal} />
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onClose} disabled={saving}>
          Cancel
        </Button>
        <Button variant="primary" busy={saving} disabled={text.trim() === ""} onClick={() => void save()}>
          Save
        </Button>
      </div>
    </div>
  );
}
