"use client";

import {
  CheckCircle2,
  ChevronDown,
  ChevronRight,
  CircleDot,
  FileDiff,
  Pencil,
  Reply,
  Trash2,
} from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Avatar } from "../../../../components/avatar";
import { Badge } from "../../../../components/badge";
import { Button } from "../../../../components/button";
import { sayFault } from "../../../../components/fault";
import { IconButton } from "../../../../components/icon-button";
import { Markdown } from "../../../../components/markdown";
import { RelativeTime } from "../../../../components/relative-time";
import { SuggestionDiff } from "../../../../components/suggestion-diff";
import { toast } from "../../../../components/toast";
import { withMarks } from "../../../../lib/marks";
import { suggestionIn, suggestionOf } from "../../../../lib/suggestion";
import { AnswerField, useAnswerDraft } from "../../../comments/ui/answer-field";
import { CommentArea, usePeople } from "../../../comments/ui/comment-area";
import type { Thread } from "../../../comments/ui/threads";
import { useCommentActions } from "../../../comments/ui/use-comment-actions";
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

/** What a block of a comment suggests, beside the lines that it is about. */
const suggestsFor = (before: string | null) => (after: string) => (
  <SuggestionDiff before={before} after={after} />
);

/** The words of the lines that a comment was sent about. */
const seenOf = ({ anchor }: WireComment) => (anchor && "quote" in anchor ? (anchor.quote ?? null) : null);

function Said({ comment, mark }: { comment: WireComment; mark: string | null }) {
  const name = comment.created_by_name ?? "Somebody who left";
  const before = seenOf(comment);
  const suggests = useMemo(() => suggestsFor(before), [before]);
  return (
    <>
      <header className="flex min-w-0 items-center gap-2 text-meta">
        <Avatar name={name} size={20} decorative />
        <span className="min-w-0 truncate text-list font-medium">{withMarks(name)}</span>
        <RelativeTime at={comment.created_at} className="text-faint" />
        {mark === null ? null : <Badge>{mark}</Badge>}
      </header>
      <Markdown text={comment.text} imageOf={noImage} mentions={comment.mentions} suggests={suggests} />
    </>
  );
}

/** What was sent, with its answers. `mark`: what it speaks of is not what is shown. Where it is resolved it is one line. */
export function SentThread({
  thread: { first, answers },
  mark,
  quote,
  mayWrite,
}: {
  thread: Thread;
  mark: string | null;
  quote?: string;
  mayWrite: boolean;
}) {
  const { resolve } = useCommentActions(first.workflow_run_id);
  const [draft] = useAnswerDraft(first.id);
  const [answering, setAnswering] = useState(draft !== "");
  const [opened, setOpened] = useState(false);
  const head = useRef<HTMLButtonElement>(null);
  const name = first.created_by_name ?? "Somebody who left";
  const isResolved = first.resolved_at !== null;
  /** The button that was pressed goes, and the focus goes on to what stands for the thread, once that is there. */
  const moves = useRef(false);
  useEffect(() => {
    if (!isResolved || !moves.current) return;
    moves.current = false;
    head.current?.focus();
  }, [isResolved]);
  const settle = () => {
    moves.current = !isResolved;
    resolve.mutate(
      { id: first.id, resolved: !isResolved },
      {
        onSuccess: () => setOpened(false),
        onError: (error) => {
          moves.current = false;
          toast.failed("That was not possible", { description: sayFault(error) });
        },
      },
    );
  };
  return (
    <Box label={`Comment of ${name}`}>
      {isResolved ? (
        <button
          ref={head}
          type="button"
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
          className="flex min-h-6 min-w-0 items-center gap-2 text-left text-meta text-muted hover:text-text pointer-coarse:min-h-9"
        >
          <CheckCircle2 aria-hidden size={14} className="shrink-0 text-done" />
          <span className="min-w-0 flex-1 truncate">
            {withMarks(name)} · resolved by {withMarks(first.resolved_by_name ?? "somebody who left")}
          </span>
          {opened ? <ChevronDown aria-hidden size={12} /> : <ChevronRight aria-hidden size={12} />}
        </button>
      ) : null}
      {!isResolved || opened ? (
        <>
          <Said comment={first} mark={mark} />
          {quote === undefined ? null : <Quote text={quote} />}
          {answers.length > 0 ? (
            <ul aria-label="Answers" className="flex flex-col gap-2 border-l border-line pl-3">
              {answers.map((answer) => (
                <li key={answer.id} className="min-w-0">
                  <Said comment={answer} mark={null} />
                </li>
              ))}
            </ul>
          ) : null}
          {!mayWrite ? null : answering ? (
            // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field are not those of the diff
            <div onKeyDown={(event) => event.stopPropagation()}>
              <AnswerField
                run_id={first.workflow_run_id}
                parent_id={first.id}
                onClose={() => setAnswering(false)}
              />
            </div>
          ) : (
            <div className="-mx-2 flex flex-wrap gap-1">
              <Button variant="ghost" icon={Reply} className={SMALL} onClick={() => setAnswering(true)}>
                Answer
              </Button>
              <Button
                variant="ghost"
                icon={isResolved ? CircleDot : CheckCircle2}
                className={SMALL}
                busy={resolve.isPending}
                onClick={settle}
              >
                {isResolved ? "Open again" : "Resolve"}
              </Button>
            </div>
          )}
        </>
      ) : null}
    </Box>
  );
}

const SMALL = "h-7 px-2 font-normal text-muted pointer-coarse:h-9";

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
  const people = usePeople();
  const before = comment.plan ? null : (comment.quote ?? null);
  const suggests = useMemo(() => suggestsFor(before), [before]);
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
      <Markdown text={comment.text} imageOf={noImage} mentions={people} suggests={suggests} />
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
  const excess = comment.text.length - MOST_CHARACTERS;
  const isReady = !isEmpty && excess <= 0;
  const add = () => {
    if (isReady) draft.changeOne(id, { open: false });
  };
  const say = (text: string) => draft.changeOne(id, { text });
  const quote = comment.plan || comment.side === "old" ? null : (comment.quote ?? null);
  const suggestion = suggestionIn(comment.text);
  const suggest = () => {
    const before = isEmpty ? "" : `${comment.text.trimEnd()}\n\n`;
    say(`${before}${suggestionOf(quote ?? "")}\n`);
    field.current?.focus();
  };
  return (
    <Box label="A new comment">
      {mark === null ? null : (
        <p>
          <Badge>{mark}</Badge>
        </p>
      )}
      <span aria-hidden className="text-meta text-muted">
        {fieldLabel(comment)}
      </span>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the field are not those of the diff */}
      <div
        className="rounded-outer border border-line bg-canvas px-1.5 py-1 focus-within:border-accent"
        onKeyDown={(event) => event.stopPropagation()}
      >
        <CommentArea
          ref={field}
          label={fieldLabel(comment)}
          placeholder="Name people by @"
          value={comment.text}
          onChange={say}
          onSend={add}
          onEscape={() => isEmpty && draft.remove(id)}
        />
      </div>
      {suggestion === undefined || quote === null ? null : (
        <SuggestionDiff before={quote} after={suggestion} />
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {quote !== null && suggestion === undefined ? (
          <Button variant="ghost" icon={FileDiff} className="mr-auto" onClick={suggest}>
            Suggest a change
          </Button>
        ) : null}
        <span role="status" className="text-meta text-muted empty:hidden">
          {excess > 0 ? `It is ${excess.toLocaleString("en")} characters too long.` : null}
        </span>
        <Button variant="ghost" onClick={() => draft.remove(id)}>
          Discard
        </Button>
        <Button variant="primary" disabled={!isReady} onClick={add}>
          Add to review
        </Button>
      </div>
    </Box>
  );
}

/** The server's limit of a comment in a review. */
const MOST_CHARACTERS = 20_000;

function fieldLabel(comment: DraftComment): string {
  if (comment.plan) return `Comment on entry ${comment.plan.entry} of the plan`;
  const { line, start_line } = comment;
  return start_line === null ? `Comment on line ${line}` : `Comment on lines ${start_line} to ${line}`;
}
