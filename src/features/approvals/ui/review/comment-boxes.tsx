"use client";

import { Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { Avatar } from "../../../../components/avatar";
import { Badge } from "../../../../components/badge";
import { Button } from "../../../../components/button";
import { TextareaField } from "../../../../components/field";
import { IconButton } from "../../../../components/icon-button";
import { Markdown } from "../../../../components/markdown";
import { RelativeTime } from "../../../../components/relative-time";
import { withMarks } from "../../../../lib/marks";
import type { WireComment } from "../../../in-run/ui/wire";
import type { DraftComment, ReviewDraft } from "./review-draft";

const noImage = () => null;

function Box({ label, children }: { label: string; children: ReactNode }) {
  return (
    <article
      aria-label={withMarks(label)}
      className="my-2 ml-4 mr-3 flex max-w-180 min-w-0 flex-col gap-1 rounded-outer border border-line-strong bg-surface px-3 py-2 font-sans text-list whitespace-normal text-text"
    >
      {children}
    </article>
  );
}

/** A comment that was sent. `mark`: what it speaks of is not what is shown. */
export function SentComment({
  comment,
  mark,
  quote,
}: {
  comment: WireComment;
  mark: string | null;
  quote?: string;
}) {
  const name = comment.created_by_name ?? "Somebody who left";
  return (
    <Box label={`Comment of ${name}`}>
      <header className="flex min-w-0 items-center gap-2 text-meta">
        <Avatar name={name} size={20} decorative />
        <span className="min-w-0 truncate text-list font-medium">{withMarks(name)}</span>
        <RelativeTime at={comment.created_at} className="text-faint" />
        {mark === null ? null : <Badge>{mark}</Badge>}
      </header>
      {quote === undefined ? null : <Quote text={quote} />}
      <Markdown text={comment.text} imageOf={noImage} mentions={comment.mentions} />
    </Box>
  );
}

/** A comment of the draft. */
export function NotSent({
  draft,
  comment,
  mark = null,
  quote,
}: {
  draft: ReviewDraft;
  comment: DraftComment;
  mark?: string | null;
  quote?: string;
}) {
  return (
    <Box label="Your comment, not sent yet">
      <header className="flex min-w-0 items-center gap-2 text-meta">
        <Badge>not sent</Badge>
        {mark === null ? null : <Badge>{mark}</Badge>}
        <span className="ml-auto flex gap-1">
          <IconButton
            label="Edit the comment"
            icon={Pencil}
            bare
            onClick={() => draft.changeOne(comment.key, { open: true })}
          />
          <IconButton
            label="Remove the comment"
            icon={Trash2}
            bare
            onClick={() => draft.remove(comment.key)}
          />
        </span>
      </header>
      {quote === undefined ? null : <Quote text={quote} />}
      <Markdown text={comment.text} imageOf={noImage} />
    </Box>
  );
}

/** The words that a comment speaks of, where they do not stand there any more. */
function Quote({ text }: { text: string }) {
  return (
    <blockquote className="max-h-32 overflow-y-auto border-l-2 border-line-strong pl-2 font-mono text-code wrap-anywhere whitespace-pre-wrap text-muted">
      {withMarks(text)}
    </blockquote>
  );
}

/** The field of a comment that is being written. What is typed is kept at once. */
export function CommentField({
  draft,
  id,
  mark = null,
}: {
  draft: ReviewDraft;
  id: string;
  mark?: string | null;
}) {
  const comment = draft.comments.find(({ key }) => key === id);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  if (!comment) return null;
  const isEmpty = comment.text.trim() === "";
  const add = () => {
    if (!isEmpty) draft.changeOne(id, { open: false });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) add();
    if (event.key === "Escape" && isEmpty) draft.remove(id);
  };
  return (
    <Box label="A new comment">
      {mark === null ? null : (
        <p>
          <Badge>{mark}</Badge>
        </p>
      )}
      <TextareaField
        ref={field}
        label={fieldLabel(comment)}
        rows={3}
        maxLength={20_000}
        value={comment.text}
        onChange={(event) => draft.changeOne(id, { text: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="ghost" onClick={() => draft.remove(id)}>
          Discard
        </Button>
        <Button variant="primary" disabled={isEmpty} onClick={add}>
          Add to review
        </Button>
      </div>
    </Box>
  );
}

function fieldLabel(comment: DraftComment): string {
  if (comment.plan) return `Comment on entry ${comment.plan.entry} of the plan`;
  const { line, start_line } = comment;
  return start_line === null ? `Comment on line ${line}` : `Comment on lines ${start_line} to ${line}`;
}
